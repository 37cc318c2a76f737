import { keyPolicy, manual, pair } from './policies.ts';
import { scenario } from './table.ts';

const policy = pair(keyPolicy(13, 30_000_001));
const given = 'ksk1 OO.O zsk1 O.O.';

scenario('KSK, double-KSK: two keys, then the DS of one for that of the other', {
  policy,
  given,
  table: `
    | after                                              | event        | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                                        | blocked                                |
    | 0                                                  |              | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1      | ksk1 |                        |                                              |                                        |
    | kskLifetime - ipub                                 |              | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 |      | make ksk 13 after ksk1 |                                              |                                        |
    | active: ipub                                       |              | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | kskLifetime - ipub                           | evidence ksk1 ds .; evidence ksk2 ds O |
    | registrationDelay                                  | ds ksk2 seen | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | dsTtl + parentPropagation + retireSafety     | evidence ksk1 ds .                     |
    | 5                                                  | ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | dsTtl + parentPropagation + retireSafety - 5 |                                        |
    | done: dsTtl + parentPropagation + retireSafety - 5 |              | ksk1- UU.U ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |                                              |                                        |
    | 5                                                  |              | ksk1- UU.. ksk2 OO.O zsk1 O.O. |                |                 |      |                        |                                              |                                        |
    | @done + dnskeyTtl + zonePropagation                |              | ksk2 OO.O zsk1 O.O.            |                |                 |      |                        |                                              |                                        |
    | purgeKeys                                          |              | ksk2 OO.O zsk1 O.O.            |                |                 |      | purge ksk1             | @active + kskLifetime - ipub                 |                                        |
  `,
});

scenario('KSK, whose old DS goes from the parent before the new one is there: each counts from when it was seen', {
  policy,
  given,
  table: `
    | after                                            | event        | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                                                        | blocked                                  |
    | 0                                                | roll ksk1    | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                                                              |                                          |
    | active: ipub                                     |              | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | kskLifetime - ipub                                           |                                          |
    | gone: 100                                        | ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | dsTtl + parentPropagation + retireSafety                     | evidence ksk2 ds O; safety ksk1 dnskey U |
    | seen: registrationDelay                          | ds ksk2 seen | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | dsTtl + parentPropagation + retireSafety - registrationDelay |                                          |
    | @gone + dsTtl + parentPropagation + retireSafety |              | ksk1- UU.. ksk2 OO.R zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |                                                              |                                          |
    | dnskeyTtl + zonePropagation                      |              | ksk2 OO.R zsk1 O.O.            |                |                 |      |                        |                                                              |                                          |
    | @seen + dsTtl + parentPropagation + retireSafety |              | ksk2 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys + dnskeyTtl + zonePropagation - registrationDelay  |                                          |
  `,
});

scenario(
  'KSK, whose parent takes the new DS and keeps the old one: the roll goes on, and asks for it until it has gone',
  {
    policy,
    given,
    table: `
    | after                                    | event        | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                        | blocked            |
    | 0                                        | roll ksk1    | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                              |                    |
    | active: ipub                             |              | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | kskLifetime - ipub           |                    |
    | registrationDelay                        | ds ksk2 seen | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                              |                    |
    | dsTtl + parentPropagation + retireSafety |              | ksk1- UU.U ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |                              | evidence ksk1 ds . |
    | dnskeyTtl + zonePropagation              |              | ksk1- ...U ksk2 OO.O zsk1 O.O. |                |                 |      |                        | @active + kskLifetime - ipub | evidence ksk1 ds . |
    | 1000003                                  | ds ksk1 gone | ksk1- ...U ksk2 OO.O zsk1 O.O. |                |                 |      |                        |                              |                    |
    | dsTtl + parentPropagation + retireSafety |              | ksk2 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys                    |                    |
  `,
  },
);

scenario('KSK, overdue while the parent does not take its DS: no keys pile up', {
  policy: pair(keyPolicy(13, 1_000_003)),
  given,
  table: `
    | after                                    | event                      | keys                                      | DNSKEY         | signers         | DS   | does                   | wakes                       | blocked                        |
    | 0                                        |                            | ksk1 OO.O zsk1 O.O.                       | ksk1 zsk1      | ksk1; zsk1      | ksk1 |                        |                             |                                |
    | kskLifetime - ipub                       |                            | ksk1- OO.O ksk2 RR.. zsk1 O.O.            | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 |      | make ksk 13 after ksk1 |                             |                                |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O.            |                |                 | ksk2 |                        |                             |                                |
    | kskLifetime - ipub                       |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O.            |                |                 |      |                        | none                        | order ksk2; evidence ksk2 ds O |
    | 3000017                                  | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O.            |                |                 |      |                        |                             | order ksk2                     |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2- OO.O ksk3 RR.. zsk1 O.O. | ksk2 ksk3 zsk1 | ksk2 ksk3; zsk1 |      | make ksk 13 after ksk2 | dnskeyTtl + zonePropagation |                                |
  `,
});

scenario('KSK, under a manual policy: the DS too waits for a person', {
  policy: manual(policy),
  given,
  table: `
    | after                                    | event                      | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                        | blocked                                    |
    | 0                                        | roll ksk1; approve         | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                              |                                            |
    | ipub                                     |                            | ksk1- OO.O ksk2 OO.. zsk1 O.O. |                |                 |      |                        | none                         | manual ksk2 ds R                           |
    | active: 1000003                          | approve                    | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | kskLifetime - ipub           |                                            |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                              |                                            |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- OO.. ksk2 OO.O zsk1 O.O. |                |                 |      |                        | @active + kskLifetime - ipub | manual ksk1 dnskey U; manual ksk1 krrsig U |
  `,
});

scenario('KSK, with nobody asked: arithmetic, and what a person says of the DS', {
  policy,
  given,
  servers: 'off',
  parent: 'off',
  table: `
    | after                                    | event                          | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                        | blocked                                |
    | 0                                        | roll ksk1                      | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                              |                                        |
    | active: ipub                             |                                | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | kskLifetime - ipub           | evidence ksk1 ds .; evidence ksk2 ds O |
    | 1000003                                  | look                           | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | @active + kskLifetime - ipub | evidence ksk1 ds .; evidence ksk2 ds O |
    | 11                                       | word ksk2 seen; word ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                              |                                        |
    | dsTtl + parentPropagation + retireSafety |                                | ksk1- UU.. ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |                              |                                        |
    | dnskeyTtl + zonePropagation              |                                | ksk2 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys                    |                                        |
  `,
});

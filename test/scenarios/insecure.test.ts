import { none, pair, single } from './policies.ts';
import { scenario } from './table.ts';

const policies = { none: none(), pair: pair(), csk: single() };
const given = 'ksk1 OO.O zsk1 O.O.';

scenario('going insecure: first the DS goes, then all the rest', {
  policy: pair(),
  policies,
  given,
  table: `
    | after                                          | event        | keys                  | DNSKEY    | signers    | DS   | does | wakes                              | blocked                                                                              |
    | 0                                              | policy none  | ksk1- OO.U zsk1- O.O. | ksk1 zsk1 | ksk1; zsk1 | none |      | none                               | evidence ksk1 ds .; safety ksk1 dnskey U; safety zsk1 dnskey U; safety zsk1 zrrsig U |
    | registrationDelay                              | ds ksk1 gone | ksk1- OO.U zsk1- O.O. |           |            |      |      |                                    |                                                                                      |
    | gone: dsTtl + parentPropagation + retireSafety |              | ksk1- UU.. zsk1- U.U. | -         | -; -       | -    |      |                                    |                                                                                      |
    | dnskeyTtl + zonePropagation                    |              | zsk1- ..U.            |           |            |      |      |                                    |                                                                                      |
    | @gone + maxZoneTtl + zonePropagation           |              |                       |           |            |      |      | purgeKeys + dnskeyTtl - maxZoneTtl |                                                                                      |
  `,
});

scenario('going insecure with a CSK', {
  policy: single(),
  policies,
  given: 'csk1 OOOO',
  table: `
    | after                                          | event        | keys       | DNSKEY | signers    | DS   | does | wakes     |
    | 0                                              | policy none  | csk1- OOOU | csk1   | csk1; csk1 | none |      | none      |
    | registrationDelay                              | ds csk1 gone | csk1- OOOU |        |            |      |      |           |
    | gone: dsTtl + parentPropagation + retireSafety |              | csk1- UUU. | -      | -; -       | -    |      |           |
    | dnskeyTtl + zonePropagation                    |              | csk1- ..U. |        |            |      |      |           |
    | @gone + maxZoneTtl + zonePropagation           |              |            |        |            |      |      | purgeKeys |
  `,
});

scenario('going insecure in the middle of a KSK roll: both DS go', {
  policy: pair(),
  policies,
  given,
  table: `
    | after                                                                | event        | keys                             | DNSKEY         | signers         | DS   | does                   | wakes                                                        |
    | 0                                                                    | roll ksk1    | ksk1- OO.O ksk2 RR.. zsk1 O.O.   | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                                                              |
    | ipub                                                                 |              | ksk1- OO.U ksk2 OO.R zsk1 O.O.   |                |                 | ksk2 |                        | none                                                         |
    | back: 1009                                                           | policy none  | ksk1- OO.U ksk2- OO.U zsk1- O.O. |                |                 | none |                        | registrationDelay + dsTtl + parentPropagation + retireSafety |
    | gone: 3                                                              | ds ksk1 gone | ksk1- OO.U ksk2- OO.U zsk1- O.O. |                |                 |      |                        |                                                              |
    | dsTtl + parentPropagation + retireSafety                             |              | ksk1- UU.. ksk2- OO.U zsk1- O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |                                                              |
    | dnskeyTtl + zonePropagation                                          |              | ksk2- OO.U zsk1- O.O.            |                |                 |      |                        |                                                              |
    | @back + registrationDelay + dsTtl + parentPropagation + retireSafety |              | ksk2- UU.. zsk1- U.U.            | -              | -; -            | -    |                        | dnskeyTtl + zonePropagation                                  |
  `,
});

scenario('coming back before the DS has gone: everything stays', {
  policy: pair(),
  policies,
  given,
  table: `
    | after                                                        | event       | keys                  | DNSKEY    | signers    | DS   | does | wakes |
    | 0                                                            | policy none | ksk1- OO.U zsk1- O.O. | ksk1 zsk1 | ksk1; zsk1 | none |      | none  |
    | 1009                                                         | policy pair | ksk1 OO.R zsk1 O.O.   |           |            | ksk1 |      |       |
    | registrationDelay + dsTtl + parentPropagation + retireSafety |             | ksk1 OO.O zsk1 O.O.   |           |            |      |      | none  |
  `,
});

scenario('coming back when the DS has gone from the parent, and not yet from caches', {
  policy: pair(),
  policies,
  given,
  table: `
    | after                                    | event        | keys                  | DNSKEY    | signers    | DS   | does | wakes                                    | blocked            |
    | 0                                        | policy none  | ksk1- OO.U zsk1- O.O. | ksk1 zsk1 | ksk1; zsk1 | none |      | none                                     |                    |
    | registrationDelay                        | ds ksk1 gone | ksk1- OO.U zsk1- O.O. |           |            |      |      | dsTtl + parentPropagation + retireSafety |                    |
    | 1009                                     | policy pair  | ksk1 OO.R zsk1 O.O.   |           |            | ksk1 |      | none                                     | evidence ksk1 ds O |
    | registrationDelay                        | ds ksk1 seen | ksk1 OO.R zsk1 O.O.   |           |            |      |      |                                          |                    |
    | dsTtl + parentPropagation + retireSafety |              | ksk1 OO.O zsk1 O.O.   |           |            |      |      | none                                     |                    |
  `,
});

scenario('coming back after the DS has gone, while the DNSKEYs are on their way out: the keys return, and begin anew', {
  policy: pair(),
  policies,
  given,
  table: `
    | after                                          | event        | keys                  | DNSKEY    | signers    | DS   | does | wakes                       |
    | 0                                              | policy none  | ksk1- OO.U zsk1- O.O. | ksk1 zsk1 | ksk1; zsk1 | none |      | none                        |
    | registrationDelay                              | ds ksk1 gone | ksk1- OO.U zsk1- O.O. |           |            |      |      |                             |
    | gone: dsTtl + parentPropagation + retireSafety |              | ksk1- UU.. zsk1- U.U. | -         | -; -       | -    |      | dnskeyTtl + zonePropagation |
    | back: 1009                                     | policy pair  | ksk1 RR.. zsk1 R.R.   | ksk1 zsk1 | ksk1; zsk1 |      |      |                             |
    | ipub                                           |              | ksk1 OO.. zsk1 O.R.   |           |            |      |      |                             |
    | @back + maxZoneTtl + zonePropagation           |              | ksk1 OO.R zsk1 O.O.   |           |            | ksk1 |      | none                        |
  `,
});

scenario('coming back after the DNSKEYs have gone: with new keys', {
  policy: pair(),
  policies,
  given,
  table: `
    | after                                          | event        | keys                           | DNSKEY    | signers    | DS   | does                     | wakes                                     |
    | 0                                              | policy none  | ksk1- OO.U zsk1- O.O.          | ksk1 zsk1 | ksk1; zsk1 | none |                          | none                                      |
    | registrationDelay                              | ds ksk1 gone | ksk1- OO.U zsk1- O.O.          |           |            |      |                          |                                           |
    | gone: dsTtl + parentPropagation + retireSafety |              | ksk1- UU.. zsk1- U.U.          | -         | -; -       | -    |                          |                                           |
    | dnskeyTtl + zonePropagation                    |              | zsk1- ..U.                     |           |            |      |                          | maxZoneTtl - dnskeyTtl                    |
    | back: 1009                                     | policy pair  | ksk2 RR.. zsk1- ..U. zsk2 R.R. | ksk2 zsk2 | ksk2; zsk2 |      | make ksk 13, make zsk 13 |                                           |
    | ipub                                           |              | ksk2 OO.. zsk1- ..U. zsk2 O.R. |           |            |      |                          |                                           |
    | @gone + maxZoneTtl + zonePropagation           |              | ksk2 OO.. zsk2 O.R.            |           |            |      |                          |                                           |
    | @back + maxZoneTtl + zonePropagation           |              | ksk2 OO.R zsk2 O.O.            |           |            | ksk2 |                          | purgeKeys + dnskeyTtl - maxZoneTtl - 4923 |
  `,
});

import { keyPolicy, pair, single } from './policies.ts';
import { scenario } from './table.ts';

const given = 'ksk1 OO.O zsk1 O.O.';

scenario('a lost ZSK: its successor signs at once', {
  policy: pair(),
  given,
  table: `
    | after                                               | event        | keys                           | DNSKEY         | signers    | DS   | does                   | wakes     | blocked                                       |
    | 0                                                   | missing zsk1 | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        | none      | files (Kexample.+013+zsk1.private is missing) |
    | lost: 1009                                          | lost zsk1    | ksk1 OO.O zsk1- O.U. zsk2 R.R. | ksk1 zsk1 zsk2 | ksk1; zsk2 |      | make zsk 13 after zsk1 |           | safety zsk1 dnskey U                          |
    | ipub                                                |              | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                |            |      |                        |           |                                               |
    | @lost + maxZoneTtl + zonePropagation + retireSafety |              | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |           |                                               |
    | dnskeyTtl + zonePropagation                         |              | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys |                                               |
  `,
});

scenario('a lost ZSK in the middle of its roll: the one before it comes back', {
  policy: pair(),
  given,
  table: `
    | after                                       | event     | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       |
    | 0                                           | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |                                             |
    | ipub                                        |           | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |
    | lost: 1009                                  | lost zsk2 | ksk1 OO.O zsk1 O.R. zsk2- O.U. |                | ksk1; zsk1 |      |                        |                                             |
    | maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk1 O.O. zsk2- U... | ksk1 zsk1      |            |      |                        |                                             |
    | dnskeyTtl + zonePropagation                 |           | ksk1 OO.O zsk1 O.O.            |                |            |      |                        | purgeKeys                                   |
  `,
});

scenario('a lost KSK: the zone stays as it is until its DS has gone, then begins anew', {
  policy: pair(keyPolicy(13, 1_000_003), keyPolicy(13)),
  given,
  table: `
    | after                                    | event        | keys                           | DNSKEY    | signers    | DS   | does                   | wakes                                                                             | blocked            |
    | 0                                        | lost ksk1    | ksk1- OO.U zsk1 O.O.           | ksk1 zsk1 | frozen     | none |                        | none                                                                              | evidence ksk1 ds . |
    | 1500007                                  | look         | ksk1- OO.U zsk1 O.O.           |           |            |      |                        | none                                                                              | evidence ksk1 ds . |
    | 11                                       | ds ksk1 gone | ksk1- OO.U zsk1 O.O.           |           |            |      |                        |                                                                                   |                    |
    | dsTtl + parentPropagation + retireSafety |              | ksk1- UU.. ksk2 RR.. zsk1 O.O. | ksk2 zsk1 | ksk2; zsk1 | -    | make ksk 13 after ksk1 | dnskeyTtl + zonePropagation                                                       |                    |
    | dnskeyTtl + zonePropagation              |              | ksk2 RR.. zsk1 O.O.            |           |            |      |                        | publishSafety                                                                     |                    |
    | publishSafety                            |              | ksk2 OO.R zsk1 O.O.            |           |            | ksk2 |                        | kskLifetime - ipub                                                                | evidence ksk2 ds O |
    | registrationDelay                        | ds ksk2 seen | ksk2 OO.R zsk1 O.O.            |           |            |      |                        |                                                                                   |                    |
    | dsTtl + parentPropagation + retireSafety |              | ksk2 OO.O zsk1 O.O.            |           |            |      |                        | kskLifetime - ipub - registrationDelay - dsTtl - parentPropagation - retireSafety |                    |
  `,
});

scenario('a lost CSK: frozen like a KSK, then replaced like both', {
  policy: single(),
  given: 'csk1 OOOO',
  table: `
    | after                                                | event        | keys                 | DNSKEY | signers    | DS   | does                   | wakes                       |
    | 0                                                    | lost csk1    | csk1- OOOU           | csk1   | frozen     | none |                        | none                        |
    | 1500007                                              | ds csk1 gone | csk1- OOOU           |        |            |      |                        |                             |
    | again: dsTtl + parentPropagation + retireSafety      |              | csk1- UUU. csk2 RRR. | csk2   | csk2; csk2 | -    | make csk 13 after csk1 | dnskeyTtl + zonePropagation |
    | dnskeyTtl + zonePropagation                          |              | csk1- ..U. csk2 RRR. |        |            |      |                        |                             |
    | publishSafety                                        |              | csk1- ..U. csk2 OOR. |        |            |      |                        |                             |
    | @again + maxZoneTtl + zonePropagation + retireSafety |              | csk2 OOOR            |        |            | csk2 |                        | purgeKeys                   |
  `,
});

scenario('a KSK that is lost when its successor has its DS at the parent: nothing is withdrawn for it', {
  policy: pair(),
  given,
  table: `
    | after                                    | event                      | keys                           | DNSKEY         | signers         | DS   | does                   | wakes     |
    | 0                                        | roll ksk1                  | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |           |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none      |
    | 1009                                     | lost ksk1                  | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                | frozen          |      |                        | none      |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |           |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |           |
    | dnskeyTtl + zonePropagation              |                            | ksk2 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys |
  `,
});

scenario('a KSK that is lost when its successor is published: that one takes over, and nothing is made anew', {
  policy: pair(),
  given,
  table: `
    | after                                    | event                      | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                       |
    | 0                                        | roll ksk1                  | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 | ipub                        |
    | 1009                                     | lost ksk1                  | ksk1- OO.U ksk2 RR.. zsk1 O.O. |                | frozen          | none |                        |                             |
    | ipub - 1009                              |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none                        |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                             |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        | dnskeyTtl + zonePropagation |
  `,
});

import { pair, single } from './policies.ts';
import { scenario } from './table.ts';

const given = 'ksk1 OO.O zsk1 O.O.';

scenario('x, y, z of ZSKs: y is rolled before caches have its DNSKEY', {
  policy: pair(),
  given,
  table: `
    | after                                                 | event     | keys                                      | DNSKEY         | signers         | DS   | does                   | wakes                                            | blocked              |
    | 0                                                     | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R...            | ksk1 zsk1 zsk2 | ksk1; zsk1      | ksk1 | make zsk 13 after zsk1 | ipub                                             |                      |
    | again: 1009                                           | roll zsk2 | ksk1 OO.O zsk1- O.O. zsk2- U... zsk3 R... | ksk1 zsk1 zsk3 |                 |      | make zsk 13 after zsk2 |                                                  |                      |
    | dnskeyTtl + zonePropagation                           |           | ksk1 OO.O zsk1- O.O. zsk3 R...            |                |                 |      |                        |                                                  |                      |
    | @again + ipub                                         |           | ksk1 OO.O zsk1- O.O. zsk3 O.R.            |                | ksk1; zsk1 zsk3 |      |                        |                                                  | safety zsk1 zrrsig U |
    | signed: maxZoneTtl + zonePropagation + retireSafety   |           | ksk1 OO.O zsk1- U.U. zsk3 O.O.            | ksk1 zsk3      | ksk1; zsk3      |      |                        |                                                  |                      |
    | dnskeyTtl + zonePropagation                           |           | ksk1 OO.O zsk1- ..U. zsk3 O.O.            |                |                 |      |                        |                                                  |                      |
    | @signed + maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk3 O.O.                       |                |                 |      |                        | @again + dnskeyTtl + zonePropagation + purgeKeys |                      |
  `,
});

scenario('x, y, z of ZSKs: y is rolled while its signatures take the place of those of x; z takes both places', {
  policy: pair(),
  given,
  table: `
    | after                                       | event     | keys                                      | DNSKEY              | signers    | DS   | does                   | wakes                                       | blocked              |
    | 0                                           | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R...            | ksk1 zsk1 zsk2      | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |                                             |                      |
    | swap: ipub                                  |           | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                     | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |                      |
    | 1009                                        | roll zsk2 | ksk1 OO.O zsk1- O.U. zsk2- O.R. zsk3 R... | ksk1 zsk1 zsk2 zsk3 |            |      | make zsk 13 after zsk2 |                                             | safety zsk2 zrrsig U |
    | again: ipub                                 |           | ksk1 OO.O zsk1- O.U. zsk2- O.U. zsk3 O.R. |                     | ksk1; zsk3 |      |                        |                                             | safety zsk1 zrrsig . |
    | maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk1- U... zsk2- U... zsk3 O.O. | ksk1 zsk3           |            |      |                        |                                             |                      |
    | dnskeyTtl + zonePropagation                 |           | ksk1 OO.O zsk3 O.O.                       |                     |            |      |                        | purgeKeys                                   |                      |
  `,
});

scenario('x, y, z of KSKs: y is rolled before its DS is submitted', {
  policy: pair(),
  given,
  table: `
    | after                                    | event                      | keys                                      | DNSKEY         | signers         | DS   | does                   | wakes             |
    | 0                                        | roll ksk1                  | ksk1- OO.O ksk2 RR.. zsk1 O.O.            | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 | ipub              |
    | again: 1009                              | roll ksk2                  | ksk1- OO.O ksk2- UU.. ksk3 RR.. zsk1 O.O. | ksk1 ksk3 zsk1 | ksk1 ksk3; zsk1 |      | make ksk 13 after ksk2 |                   |
    | gone: dnskeyTtl + zonePropagation        |                            | ksk1- OO.O ksk3 RR.. zsk1 O.O.            |                |                 |      |                        |                   |
    | @again + ipub                            |                            | ksk1- OO.U ksk3 OO.R zsk1 O.O.            |                |                 | ksk3 |                        | @gone + purgeKeys |
    | registrationDelay                        | ds ksk3 seen; ds ksk1 gone | ksk1- OO.U ksk3 OO.R zsk1 O.O.            |                |                 |      |                        |                   |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk3 OO.O zsk1 O.O.            | ksk3 zsk1      | ksk3; zsk1      |      |                        |                   |
    | dnskeyTtl + zonePropagation              |                            | ksk3 OO.O zsk1 O.O.                       |                |                 |      |                        | @gone + purgeKeys |
  `,
});

scenario('x, y, z of KSKs: y is rolled while its DS takes the place of that of x', {
  policy: pair(),
  given,
  table: `
    | after                                    | event                                    | keys                                      | DNSKEY              | signers              | DS   | does                   | wakes                                                        |
    | 0                                        | roll ksk1                                | ksk1- OO.O ksk2 RR.. zsk1 O.O.            | ksk1 ksk2 zsk1      | ksk1 ksk2; zsk1      | ksk1 | make ksk 13 after ksk1 |                                                              |
    | ipub                                     |                                          | ksk1- OO.U ksk2 OO.R zsk1 O.O.            |                     |                      | ksk2 |                        | none                                                         |
    | 1009                                     | roll ksk2                                | ksk1- OO.U ksk2- OO.R ksk3 RR.. zsk1 O.O. | ksk1 ksk2 ksk3 zsk1 | ksk1 ksk2 ksk3; zsk1 |      | make ksk 13 after ksk2 |                                                              |
    | ipub                                     |                                          | ksk1- OO.U ksk2- OO.U ksk3 OO.R zsk1 O.O. |                     |                      | ksk3 |                        | registrationDelay + dsTtl + parentPropagation + retireSafety |
    | registrationDelay                        | ds ksk3 seen; ds ksk1 gone; ds ksk2 gone | ksk1- OO.U ksk2- OO.U ksk3 OO.R zsk1 O.O. |                     |                      |      |                        |                                                              |
    | dsTtl + parentPropagation + retireSafety |                                          | ksk1- UU.. ksk2- UU.. ksk3 OO.O zsk1 O.O. | ksk3 zsk1           | ksk3; zsk1           |      |                        |                                                              |
    | dnskeyTtl + zonePropagation              |                                          | ksk3 OO.O zsk1 O.O.                       |                     |                      |      |                        | purgeKeys                                                    |
  `,
});

scenario('x, y, z of CSKs: y is rolled while it takes the place of x', {
  policy: single(),
  given: 'csk1 OOOO',
  table: `
    | after                                                | event                                    | keys                            | DNSKEY         | signers              | DS   | does                   | wakes                                                           |
    | 0                                                    | roll csk1                                | csk1- OOOO csk2 RR..            | csk1 csk2      | csk1 csk2; csk1      | csk1 | make csk 13 after csk1 |                                                                 |
    | ipub                                                 |                                          | csk1- OOUU csk2 OORR            |                | csk1 csk2; csk2      | csk2 |                        | maxZoneTtl + zonePropagation + retireSafety                     |
    | 1009                                                 | roll csk2                                | csk1- OOUU csk2- OORR csk3 RR.. | csk1 csk2 csk3 | csk1 csk2 csk3; csk2 |      | make csk 13 after csk2 |                                                                 |
    | again: ipub                                          |                                          | csk1- OOUU csk2- OOUU csk3 OORR |                | csk1 csk2 csk3; csk3 | csk3 |                        | maxZoneTtl + zonePropagation + retireSafety                     |
    | seen: registrationDelay                              | ds csk3 seen; ds csk1 gone; ds csk2 gone | csk1- OOUU csk2- OOUU csk3 OORR |                |                      |      |                        | maxZoneTtl + zonePropagation + retireSafety - registrationDelay |
    | @again + maxZoneTtl + zonePropagation + retireSafety |                                          | csk1- OO.U csk2- OO.U csk3 OOOR |                |                      |      |                        |                                                                 |
    | @seen + dsTtl + parentPropagation + retireSafety     |                                          | csk1- UU.. csk2- UU.. csk3 OOOO | csk3           | csk3; csk3           |      |                        |                                                                 |
    | dnskeyTtl + zonePropagation                          |                                          | csk3 OOOO                       |                |                      |      |                        | purgeKeys                                                       |
  `,
});

scenario('x, y, z of ZSKs, turned round: no DNSKEY goes whose signatures may be cached', {
  policy: pair(),
  given,
  table: `
    | after                                                       | event     | keys                                      | DNSKEY              | signers         | DS   | does                   | wakes                                           | blocked                                                          |
    | 0                                                           | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R...            | ksk1 zsk1 zsk2      | ksk1; zsk1      | ksk1 | make zsk 13 after zsk1 |                                                 |                                                                  |
    | swap: ipub                                                  |           | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                     | ksk1; zsk2      |      |                        | maxZoneTtl + zonePropagation + retireSafety     |                                                                  |
    | 1009                                                        | roll zsk2 | ksk1 OO.O zsk1- O.U. zsk2- O.R. zsk3 R... | ksk1 zsk1 zsk2 zsk3 |                 |      | make zsk 13 after zsk2 |                                                 |                                                                  |
    | again: ipub                                                 |           | ksk1 OO.O zsk1- O.U. zsk2- O.U. zsk3 O.R. |                     | ksk1; zsk3      |      |                        | maxZoneTtl + zonePropagation + retireSafety     |                                                                  |
    | back: 1009                                                  | back zsk3 | ksk1 OO.O zsk1- O.U. zsk2 O.R. zsk3- O.R. |                     | ksk1; zsk2 zsk3 |      |                        |                                                 | safety zsk1 dnskey U; safety zsk3 dnskey U; safety zsk3 zrrsig U |
    | @swap + maxZoneTtl + zonePropagation + retireSafety         |           | ksk1 OO.O zsk1- O... zsk2 O.R. zsk3- O.R. |                     |                 |      |                        |                                                 | safety zsk1 dnskey U                                             |
    | gone: @again + maxZoneTtl + zonePropagation + retireSafety  |           | ksk1 OO.O zsk1- U... zsk2 O.R. zsk3- O.O. | ksk1 zsk2 zsk3      |                 |      |                        |                                                 | safety zsk3 dnskey U; safety zsk3 zrrsig U                       |
    | signed: @back + maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk1- U... zsk2 O.O. zsk3- U.U. | ksk1 zsk2           | ksk1; zsk2      |      |                        |                                                 |                                                                  |
    | @gone + dnskeyTtl + zonePropagation                         |           | ksk1 OO.O zsk2 O.O. zsk3- U.U.            |                     |                 |      |                        |                                                 |                                                                  |
    | @signed + dnskeyTtl + zonePropagation                       |           | ksk1 OO.O zsk2 O.O. zsk3- ..U.            |                     |                 |      |                        |                                                 |                                                                  |
    | @signed + maxZoneTtl + zonePropagation + retireSafety       |           | ksk1 OO.O zsk2 O.O.                       |                     |                 |      |                        | @gone + dnskeyTtl + zonePropagation + purgeKeys |                                                                  |
  `,
});

scenario('a CSK that is rolled while it takes over from KSK and ZSK: both stay until it is through', {
  policy: pair(),
  policies: { csk: single() },
  given,
  table: `
    | after                                                                          | event                      | keys                                       | DNSKEY              | signers                        | DS   | does                   | wakes                                                                         | blocked                                                          |
    | 0                                                                              | policy csk                 | csk1 RR.. ksk1- OO.O zsk1- O.O.            | csk1 ksk1 zsk1      | csk1 ksk1; zsk1                | ksk1 | make csk 13            |                                                                               |                                                                  |
    | swap: ipub                                                                     |                            | csk1 OORR ksk1- OO.U zsk1- O.O.            |                     | csk1 ksk1; csk1 zsk1           | csk1 |                        | maxZoneTtl + zonePropagation                                                  |                                                                  |
    | 1009                                                                           | roll csk1                  | csk1- OORR csk2 RR.. ksk1- OO.U zsk1- O.O. | csk1 csk2 ksk1 zsk1 | csk1 csk2 ksk1; csk1 zsk1      |      | make csk 13 after csk1 |                                                                               | safety zsk1 zrrsig U; safety csk1 zrrsig U                       |
    | again: ipub                                                                    |                            | csk1- OORU csk2 OORR ksk1- OO.U zsk1- O.O. |                     | csk1 csk2 ksk1; csk1 csk2 zsk1 | csk2 |                        | maxZoneTtl + zonePropagation + retireSafety - ipub - 1009                     | safety zsk1 zrrsig U; safety csk1 zrrsig U; safety ksk1 dnskey U |
    | seen: registrationDelay                                                        | ds csk2 seen; ds ksk1 gone | csk1- OORU csk2 OORR ksk1- OO.U zsk1- O.O. |                     |                                |      |                        | maxZoneTtl + zonePropagation + retireSafety - ipub - registrationDelay - 1009 |                                                                  |
    | over: @swap + maxZoneTtl + zonePropagation + retireSafety                      |                            | csk1- OOUU csk2 OORR ksk1- OO.U zsk1- U.U. | csk1 csk2 ksk1      | csk1 csk2 ksk1; csk2           |      |                        |                                                                               | safety csk1 zrrsig .                                             |
    | dnskeyTtl + zonePropagation                                                    |                            | csk1- OOUU csk2 OORR ksk1- OO.U zsk1- ..U. |                     |                                |      |                        |                                                                               | safety csk1 zrrsig .                                             |
    | @again + maxZoneTtl + zonePropagation + retireSafety                           |                            | csk1- OOUU csk2 OOOR ksk1- OO.U zsk1- ..U. |                     |                                |      |                        |                                                                               | safety csk1 dnskey U; safety ksk1 dnskey U                       |
    | @seen + dsTtl + parentPropagation + retireSafety                               |                            | csk1- UUU. csk2 OOOO ksk1- UU.. zsk1- ..U. | csk2                | csk2; csk2                     |      |                        |                                                                               |                                                                  |
    | @over + maxZoneTtl + zonePropagation                                           |                            | csk1- UUU. csk2 OOOO ksk1- UU..            |                     |                                |      |                        |                                                                               |                                                                  |
    | @seen + dsTtl + parentPropagation + retireSafety + dnskeyTtl + zonePropagation |                            | csk1- ..U. csk2 OOOO                       |                     |                                |      |                        |                                                                               |                                                                  |
    | @over + maxZoneTtl + zonePropagation + retireSafety                            |                            | csk2 OOOO                                  |                     |                                |      |                        | @over + maxZoneTtl + zonePropagation + purgeKeys                              |                                                                  |
  `,
});

import { keyPolicy, pair, single } from './policies.ts';
import { scenario } from './table.ts';

scenario('CSK: pre-published like a ZSK, with its DS like a KSK', {
  policy: single(keyPolicy(13, 30_000_001)),
  given: 'csk1 OOOO',
  table: `
    | after                                                 | event                      | keys                 | DNSKEY    | signers         | DS   | does                   | wakes                                                           |
    | 0                                                     |                            | csk1 OOOO            | csk1      | csk1; csk1      | csk1 |                        |                                                                 |
    | cskLifetime - ipub                                    |                            | csk1- OOOO csk2 RR.. | csk1 csk2 | csk1 csk2; csk1 |      | make csk 13 after csk1 |                                                                 |
    | active: ipub                                          |                            | csk1- OOUU csk2 OORR |           | csk1 csk2; csk2 | csk2 |                        | maxZoneTtl + zonePropagation + retireSafety                     |
    | seen: registrationDelay                               | ds csk2 seen; ds csk1 gone | csk1- OOUU csk2 OORR |           |                 |      |                        | maxZoneTtl + zonePropagation + retireSafety - registrationDelay |
    | @active + maxZoneTtl + zonePropagation + retireSafety |                            | csk1- OO.U csk2 OOOR |           |                 |      |                        |                                                                 |
    | @seen + dsTtl + parentPropagation + retireSafety      |                            | csk1- UU.. csk2 OOOO | csk2      | csk2; csk2      |      |                        |                                                                 |
    | dnskeyTtl + zonePropagation                           |                            | csk2 OOOO            |           |                 |      |                        |                                                                 |
    | purgeKeys                                             |                            | csk2 OOOO            |           |                 |      | purge csk1             | @active + cskLifetime - ipub                                    |
  `,
});

scenario('KSK and ZSK make way for a CSK', {
  policy: pair(),
  policies: { csk: single() },
  given: 'ksk1 OO.O zsk1 O.O.',
  table: `
    | after                                            | event                      | keys                            | DNSKEY         | signers              | DS   | does        | wakes                                            |
    | 0                                                | policy csk                 | csk1 RR.. ksk1- OO.O zsk1- O.O. | csk1 ksk1 zsk1 | csk1 ksk1; zsk1      | ksk1 | make csk 13 |                                                  |
    | swap: ipub                                       |                            | csk1 OORR ksk1- OO.U zsk1- O.O. |                | csk1 ksk1; csk1 zsk1 | csk1 |             | maxZoneTtl + zonePropagation                     |
    | seen: registrationDelay                          | ds csk1 seen; ds ksk1 gone | csk1 OORR ksk1- OO.U zsk1- O.O. |                |                      |      |             | maxZoneTtl + zonePropagation - registrationDelay |
    | signed: @swap + maxZoneTtl + zonePropagation     |                            | csk1 OOOR ksk1- OO.U zsk1- U.U. | csk1 ksk1      | csk1 ksk1; csk1      |      |             |                                                  |
    | dnskeyTtl + zonePropagation                      |                            | csk1 OOOR ksk1- OO.U zsk1- ..U. |                |                      |      |             |                                                  |
    | @seen + dsTtl + parentPropagation + retireSafety |                            | csk1 OOOO ksk1- UU.. zsk1- ..U. | csk1           | csk1; csk1           |      |             |                                                  |
    | dnskeyTtl + zonePropagation                      |                            | csk1 OOOO zsk1- ..U.            |                |                      |      |             |                                                  |
    | @signed + maxZoneTtl + zonePropagation           |                            | csk1 OOOO                       |                |                      |      |             | purgeKeys - 2518                                 |
  `,
});

scenario('a CSK makes way for KSK and ZSK', {
  policy: single(),
  policies: { pair: pair() },
  given: 'csk1 OOOO',
  table: `
    | after                                            | event                      | keys                           | DNSKEY         | signers              | DS   | does                     | wakes                                            |
    | 0                                                | policy pair                | csk1- OOOO ksk1 RR.. zsk1 R... | csk1 ksk1 zsk1 | csk1 ksk1; csk1      | csk1 | make ksk 13, make zsk 13 |                                                  |
    | swap: ipub                                       |                            | csk1- OOOU ksk1 OO.R zsk1 O.R. |                | csk1 ksk1; csk1 zsk1 | ksk1 |                          | maxZoneTtl + zonePropagation                     |
    | seen: registrationDelay                          | ds ksk1 seen; ds csk1 gone | csk1- OOOU ksk1 OO.R zsk1 O.R. |                |                      |      |                          | maxZoneTtl + zonePropagation - registrationDelay |
    | signed: @swap + maxZoneTtl + zonePropagation     |                            | csk1- OOUU ksk1 OO.R zsk1 O.O. |                | csk1 ksk1; zsk1      |      |                          |                                                  |
    | @seen + dsTtl + parentPropagation + retireSafety |                            | csk1- UUU. ksk1 OO.O zsk1 O.O. | ksk1 zsk1      | ksk1; zsk1           |      |                          |                                                  |
    | dnskeyTtl + zonePropagation                      |                            | csk1- ..U. ksk1 OO.O zsk1 O.O. |                |                      |      |                          |                                                  |
    | @signed + maxZoneTtl + zonePropagation           |                            | ksk1 OO.O zsk1 O.O.            |                |                      |      |                          | purgeKeys                                        |
  `,
});

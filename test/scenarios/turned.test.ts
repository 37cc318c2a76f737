import { keyPolicy, liberal, pair, single } from './policies.ts';
import { scenario } from './table.ts';

const given = 'ksk1 OO.O zsk1 O.O.';

scenario('a ZSK roll that turns round before the new key signs', {
  policy: pair(),
  given,
  table: `
    | after                       | event     | keys                           | DNSKEY         | signers    | DS   | does                   | wakes     |
    | 0                           | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | ipub      |
    | 1009                        | back zsk2 | ksk1 OO.O zsk1 O.O. zsk2- U... | ksk1 zsk1      |            |      |                        |           |
    | dnskeyTtl + zonePropagation |           | ksk1 OO.O zsk1 O.O.            |                |            |      |                        | purgeKeys |
  `,
});

scenario('a ZSK roll that turns round while the new key signs: both sign until caches have the old signatures again', {
  policy: pair(),
  given,
  table: `
    | after                                                       | event     | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                                       | blocked              |
    | 0                                                           | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1      | ksk1 | make zsk 13 after zsk1 |                                             |                      |
    | swap: ipub                                                  |           | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2      |      |                        | maxZoneTtl + zonePropagation + retireSafety |                      |
    | back: 1009                                                  | back zsk2 | ksk1 OO.O zsk1 O.R. zsk2- O.R. |                | ksk1; zsk1 zsk2 |      |                        |                                             | safety zsk2 zrrsig U |
    | @swap + maxZoneTtl + zonePropagation + retireSafety         |           | ksk1 OO.O zsk1 O.R. zsk2- O.O. |                |                 |      |                        |                                             | safety zsk2 zrrsig U |
    | signed: @back + maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk1 O.O. zsk2- U.U. | ksk1 zsk1      | ksk1; zsk1      |      |                        |                                             |                      |
    | dnskeyTtl + zonePropagation                                 |           | ksk1 OO.O zsk1 O.O. zsk2- ..U. |                |                 |      |                        |                                             |                      |
    | @signed + maxZoneTtl + zonePropagation + retireSafety       |           | ksk1 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys                                   |                      |
  `,
});

scenario('a ZSK roll that turns round when the old DNSKEY is on its way out: it comes back like a new one', {
  policy: pair(),
  given,
  table: `
    | after                                       | event     | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                       | blocked             |
    | 0                                           | roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1      | ksk1 | make zsk 13 after zsk1 |                             |                     |
    | ipub                                        |           | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2      |      |                        |                             |                     |
    | maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |                 |      |                        | dnskeyTtl + zonePropagation |                     |
    | 1009                                        | back zsk2 | ksk1 OO.O zsk1 R... zsk2- O.O. | ksk1 zsk1 zsk2 |                 |      |                        |                             | order zsk1 zrrsig R |
    | ipub                                        |           | ksk1 OO.O zsk1 O.R. zsk2- O.O. |                | ksk1; zsk1 zsk2 |      |                        |                             |                     |
    | maxZoneTtl + zonePropagation + retireSafety |           | ksk1 OO.O zsk1 O.O. zsk2- U.U. | ksk1 zsk1      | ksk1; zsk1      |      |                        | dnskeyTtl + zonePropagation |                     |
  `,
});

scenario('a KSK roll that turns round before the DS is swapped', {
  policy: pair(),
  given,
  table: `
    | after                       | event     | keys                           | DNSKEY         | signers         | DS   | does                   | wakes     |
    | 0                           | roll ksk1 | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 | ipub      |
    | 1009                        | back ksk2 | ksk1 OO.O ksk2- UU.. zsk1 O.O. | ksk1 zsk1      | ksk1; zsk1      |      |                        |           |
    | dnskeyTtl + zonePropagation |           | ksk1 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys |
  `,
});

scenario('a KSK roll that turns round when the DS is swapped, and the parent has done nothing yet', {
  policy: pair(),
  given,
  table: `
    | after                                                        | event     | keys                           | DNSKEY         | signers         | DS   | does                   | wakes     |
    | 0                                                            | roll ksk1 | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |           |
    | ipub                                                         |           | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none      |
    | 1009                                                         | back ksk2 | ksk1 OO.R ksk2- OO.U zsk1 O.O. |                |                 | ksk1 |                        |           |
    | registrationDelay + dsTtl + parentPropagation + retireSafety |           | ksk1 OO.O ksk2- UU.. zsk1 O.O. | ksk1 zsk1      | ksk1; zsk1      |      |                        |           |
    | dnskeyTtl + zonePropagation                                  |           | ksk1 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys |
  `,
});

scenario('a KSK roll that turns round when the parent has swapped the DS', {
  policy: pair(),
  given,
  table: `
    | after                                    | event                      | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                                    | blocked                                |
    | 0                                        | roll ksk1                  | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                                          |                                        |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none                                     |                                        |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | dsTtl + parentPropagation + retireSafety |                                        |
    | 1009                                     | back ksk2                  | ksk1 OO.R ksk2- OO.U zsk1 O.O. |                |                 | ksk1 |                        | none                                     | evidence ksk1 ds O; evidence ksk2 ds . |
    | registrationDelay                        | ds ksk2 gone; ds ksk1 seen | ksk1 OO.R ksk2- OO.U zsk1 O.O. |                |                 |      |                        |                                          |                                        |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1 OO.O ksk2- UU.. zsk1 O.O. | ksk1 zsk1      | ksk1; zsk1      |      |                        | dnskeyTtl + zonePropagation              |                                        |
  `,
});

scenario('a CSK roll that turns round before the new key takes over', {
  policy: single(),
  given: 'csk1 OOOO',
  table: `
    | after                       | event     | keys                 | DNSKEY    | signers         | DS   | does                   | wakes     |
    | 0                           | roll csk1 | csk1- OOOO csk2 RR.. | csk1 csk2 | csk1 csk2; csk1 | csk1 | make csk 13 after csk1 | ipub      |
    | 1009                        | back csk2 | csk1 OOOO csk2- UU.. | csk1      | csk1; csk1      |      |                        |           |
    | dnskeyTtl + zonePropagation |           | csk1 OOOO            |           |                 |      |                        | purgeKeys |
  `,
});

scenario('a CSK roll that turns round when the new key takes over', {
  policy: single(),
  given: 'csk1 OOOO',
  table: `
    | after                                                                | event     | keys                 | DNSKEY    | signers              | DS        | does                   | wakes                                       |
    | 0                                                                    | roll csk1 | csk1- OOOO csk2 RR.. | csk1 csk2 | csk1 csk2; csk1      | csk1      | make csk 13 after csk1 |                                             |
    | swap: ipub                                                           |           | csk1- OOUU csk2 OORR |           | csk1 csk2; csk2      | csk2      |                        | maxZoneTtl + zonePropagation + retireSafety |
    | back: 1009                                                           | back csk2 | csk1 OORR csk2- OORR |           | csk1 csk2; csk1 csk2 | csk1 csk2 |                        |                                             |
    | seen: @swap + maxZoneTtl + zonePropagation + retireSafety            |           | csk1 OORR csk2- OOOU |           |                      | csk1      |                        |                                             |
    | signed: @back + maxZoneTtl + zonePropagation + retireSafety          |           | csk1 OOOR csk2- OOUU |           | csk1 csk2; csk1      |           |                        |                                             |
    | @back + registrationDelay + dsTtl + parentPropagation + retireSafety |           | csk1 OOOO csk2- UUUU | csk1      | csk1; csk1           |           |                        |                                             |
    | dnskeyTtl + zonePropagation                                          |           | csk1 OOOO csk2- ..UU |           |                      |           |                        |                                             |
    | @signed + maxZoneTtl + zonePropagation + retireSafety                |           | csk1 OOOO csk2- ...U |           |                      |           |                        |                                             |
    | @seen + registrationDelay + dsTtl + parentPropagation + retireSafety |           | csk1 OOOO            |           |                      |           |                        | purgeKeys                                   |
  `,
});

const rsa = pair(keyPolicy(8), keyPolicy(8));
const algorithms = { ksk1: 8, zsk1: 8, csk1: 8 };

scenario('an algorithm roll that turns round before caches have the new signatures', {
  policy: rsa,
  policies: { rsa, ecdsa: pair() },
  algorithms,
  given,
  table: `
    | after                        | event        | keys                                      | DNSKEY    | signers         | DS   | does                     | wakes                                    |
    | 0                            | policy ecdsa | ksk1- OO.O ksk2 .... zsk1- O.O. zsk2 ..R. | ksk1 zsk1 | ksk1; zsk1 zsk2 | ksk1 | make ksk 13, make zsk 13 | maxZoneTtl + zonePropagation             |
    | 1009                         | policy rsa   | ksk1 OO.O zsk1 O.O. zsk2- ..U.            |           | ksk1; zsk1      |      |                          |                                          |
    | maxZoneTtl + zonePropagation |              | ksk1 OO.O zsk1 O.O.                       |           |                 |      |                          | purgeKeys - maxZoneTtl - zonePropagation |
  `,
});

scenario('an algorithm roll that turns round when the new DNSKEYs are coming: they go before their signatures', {
  policy: rsa,
  policies: { rsa, ecdsa: pair() },
  algorithms,
  given,
  table: `
    | after                        | event        | keys                                      | DNSKEY              | signers              | DS   | does                     | wakes                                    | blocked             |
    | 0                            | policy ecdsa | ksk1- OO.O ksk2 .... zsk1- O.O. zsk2 ..R. | ksk1 zsk1           | ksk1; zsk1 zsk2      | ksk1 | make ksk 13, make zsk 13 |                                          |                     |
    | maxZoneTtl + zonePropagation |              | ksk1- OO.O ksk2 RR.. zsk1- O.O. zsk2 R.O. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 |      |                          | ipub                                     |                     |
    | 1009                         | policy rsa   | ksk1 OO.O ksk2- UU.. zsk1 O.O. zsk2- U.O. | ksk1 zsk1           | ksk1; zsk1 zsk2      |      |                          |                                          | order zsk2 zrrsig U |
    | dnskeyTtl + zonePropagation  |              | ksk1 OO.O zsk1 O.O. zsk2- ..U.            |                     | ksk1; zsk1           |      |                          |                                          |                     |
    | maxZoneTtl + zonePropagation |              | ksk1 OO.O zsk1 O.O.                       |                     |                      |      |                          | purgeKeys - maxZoneTtl - zonePropagation |                     |
  `,
});

scenario('an algorithm roll that turns round when the parent has swapped the DS', {
  policy: rsa,
  policies: { rsa, ecdsa: pair() },
  algorithms,
  given,
  table: `
    | after                                    | event                      | keys                                      | DNSKEY              | signers              | DS   | does                     | wakes                                    |
    | 0                                        | policy ecdsa               | ksk1- OO.O ksk2 .... zsk1- O.O. zsk2 ..R. | ksk1 zsk1           | ksk1; zsk1 zsk2      | ksk1 | make ksk 13, make zsk 13 |                                          |
    | maxZoneTtl + zonePropagation             |                            | ksk1- OO.O ksk2 RR.. zsk1- O.O. zsk2 R.O. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 |      |                          |                                          |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      | ksk2 |                          | none                                     |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      |      |                          | dsTtl + parentPropagation + retireSafety |
    | 1009                                     | policy rsa                 | ksk1 OO.R ksk2- OO.U zsk1 O.O. zsk2- O.O. |                     |                      | ksk1 |                          | none                                     |
    | registrationDelay                        | ds ksk1 seen; ds ksk2 gone | ksk1 OO.R ksk2- OO.U zsk1 O.O. zsk2- O.O. |                     |                      |      |                          |                                          |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1 OO.O ksk2- UU.. zsk1 O.O. zsk2- U.O. | ksk1 zsk1           | ksk1; zsk1 zsk2      |      |                          |                                          |
    | dnskeyTtl + zonePropagation              |                            | ksk1 OO.O zsk1 O.O. zsk2- ..U.            |                     | ksk1; zsk1           |      |                          | maxZoneTtl + zonePropagation             |
  `,
});

scenario(
  'an algorithm roll that turns round when the old DNSKEYs are on their way out: their signatures are still there',
  {
    policy: rsa,
    policies: { rsa, ecdsa: pair() },
    algorithms,
    given,
    table: `
    | after                                    | event                      | keys                                      | DNSKEY              | signers              | DS   | does                     | wakes                       | blocked                           |
    | 0                                        | policy ecdsa               | ksk1- OO.O ksk2 .... zsk1- O.O. zsk2 ..R. | ksk1 zsk1           | ksk1; zsk1 zsk2      | ksk1 | make ksk 13, make zsk 13 |                             |                                   |
    | maxZoneTtl + zonePropagation             |                            | ksk1- OO.O ksk2 RR.. zsk1- O.O. zsk2 R.O. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 |      |                          |                             |                                   |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      | ksk2 |                          | none                        |                                   |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      |      |                          |                             |                                   |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1- U.O. zsk2 O.O. | ksk2 zsk2           | ksk2; zsk1 zsk2      |      |                          | dnskeyTtl + zonePropagation |                                   |
    | 1009                                     | policy rsa                 | ksk1 RR.. ksk2- OO.O zsk1 R.O. zsk2- O.O. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 |      |                          |                             | order ksk1 ds R; safety ksk2 ds U |
    | ipub                                     |                            | ksk1 OO.R ksk2- OO.U zsk1 O.O. zsk2- O.O. |                     |                      | ksk1 |                          | none                        |                                   |
  `,
  },
);

scenario('an algorithm roll of the liberal way that turns round before the DS is swapped', {
  policy: liberal(rsa),
  policies: { rsa: liberal(rsa), ecdsa: liberal(pair()) },
  algorithms,
  given,
  table: `
    | after                                | event        | keys                                      | DNSKEY              | signers              | DS   | does                     | wakes                              |
    | 0                                    | policy ecdsa | ksk1- OO.O ksk2 RR.. zsk1- O.O. zsk2 R.R. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 | ksk1 | make ksk 13, make zsk 13 | ipub                               |
    | back: 1009                           | policy rsa   | ksk1 OO.O ksk2- UU.. zsk1 O.O. zsk2- U.U. | ksk1 zsk1           | ksk1; zsk1           |      |                          |                                    |
    | dnskeyTtl + zonePropagation          |              | ksk1 OO.O zsk1 O.O. zsk2- ..U.            |                     |                      |      |                          |                                    |
    | @back + maxZoneTtl + zonePropagation |              | ksk1 OO.O zsk1 O.O.                       |                     |                      |      |                          | purgeKeys + dnskeyTtl - maxZoneTtl |
  `,
});

scenario('KSK and ZSK for a CSK, turned round before the DS is swapped', {
  policy: pair(),
  policies: { pair: pair(), csk: single() },
  given,
  table: `
    | after                       | event       | keys                            | DNSKEY         | signers         | DS   | does        | wakes     |
    | 0                           | policy csk  | csk1 RR.. ksk1- OO.O zsk1- O.O. | csk1 ksk1 zsk1 | csk1 ksk1; zsk1 | ksk1 | make csk 13 | ipub      |
    | 1009                        | policy pair | csk1- UU.. ksk1 OO.O zsk1 O.O.  | ksk1 zsk1      | ksk1; zsk1      |      |             |           |
    | dnskeyTtl + zonePropagation |             | ksk1 OO.O zsk1 O.O.             |                |                 |      |             | purgeKeys |
  `,
});

scenario('KSK and ZSK for a CSK, turned round when the ZSK is on its way out', {
  policy: pair(),
  policies: { pair: pair(), csk: single() },
  given,
  table: `
    | after                                                                | event       | keys                            | DNSKEY         | signers              | DS   | does        | wakes                       | blocked                                   |
    | 0                                                                    | policy csk  | csk1 RR.. ksk1- OO.O zsk1- O.O. | csk1 ksk1 zsk1 | csk1 ksk1; zsk1      | ksk1 | make csk 13 |                             |                                           |
    | swap: ipub                                                           |             | csk1 OORR ksk1- OO.U zsk1- O.O. |                | csk1 ksk1; csk1 zsk1 | csk1 |             |                             |                                           |
    | maxZoneTtl + zonePropagation                                         |             | csk1 OOOR ksk1- OO.U zsk1- U.U. | csk1 ksk1      | csk1 ksk1; csk1      |      |             | dnskeyTtl + zonePropagation |                                           |
    | back: 1009                                                           | policy pair | csk1- OOOU ksk1 OO.R zsk1 R.U.  | csk1 ksk1 zsk1 |                      | ksk1 |             |                             | order zsk1 zrrsig R; safety csk1 dnskey U |
    | ipub                                                                 |             | csk1- OOOU ksk1 OO.R zsk1 O.R.  |                | csk1 ksk1; csk1 zsk1 |      |             |                             |                                           |
    | signed: maxZoneTtl + zonePropagation                                 |             | csk1- OOUU ksk1 OO.R zsk1 O.O.  |                | csk1 ksk1; zsk1      |      |             |                             |                                           |
    | @back + registrationDelay + dsTtl + parentPropagation + retireSafety |             | csk1- UUU. ksk1 OO.O zsk1 O.O.  | ksk1 zsk1      | ksk1; zsk1           |      |             | dnskeyTtl + zonePropagation |                                           |
  `,
});

scenario('a CSK for KSK and ZSK, turned round before and after the DS is swapped', {
  policy: single(),
  policies: { pair: pair(), csk: single() },
  given: 'csk1 OOOO',
  table: `
    | after      | event       | keys                            | DNSKEY         | signers              | DS   | does                     | wakes                        |
    | 0          | policy pair | csk1- OOOO ksk1 RR.. zsk1 R...  | csk1 ksk1 zsk1 | csk1 ksk1; csk1      | csk1 | make ksk 13, make zsk 13 | ipub                         |
    | 1009       | policy csk  | csk1 OOOO ksk1- UU.. zsk1- U... | csk1           | csk1; csk1           |      |                          | dnskeyTtl + zonePropagation  |
    | 11         | policy pair | csk1- OOOO ksk1 RR.. zsk1 R...  | csk1 ksk1 zsk1 | csk1 ksk1; csk1      |      |                          |                              |
    | ipub       |             | csk1- OOOU ksk1 OO.R zsk1 O.R.  |                | csk1 ksk1; csk1 zsk1 | ksk1 |                          | maxZoneTtl + zonePropagation |
    | back: 1009 | policy csk  | csk1 OOOR ksk1- OO.U zsk1- U.U. | csk1 ksk1      | csk1 ksk1; csk1      | csk1 |                          | dnskeyTtl + zonePropagation  |
  `,
});

scenario('a first DS that is taken back before the parent has it', {
  policy: pair(),
  policies: { none: { ...pair(), keys: { kind: 'none' } }, pair: pair() },
  table: `
    | after    | event       | keys                  | DNSKEY    | signers    | DS | does                     | wakes                       |
    | begin: 0 |             | ksk1 RR.. zsk1 R.R.   | ksk1 zsk1 | ksk1; zsk1 | -  | make ksk 13, make zsk 13 | ipub                        |
    | 1009     | policy none | ksk1- UU.. zsk1- U.U. | -         | -; -       |    |                          | dnskeyTtl + zonePropagation |
    | 11       | policy pair | ksk1 RR.. zsk1 R.R.   | ksk1 zsk1 | ksk1; zsk1 |    |                          | ipub                        |
  `,
});

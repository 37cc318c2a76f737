import { keyPolicy, liberal, pair, single } from './policies.ts';
import { scenario } from './table.ts';

const rsa = pair(keyPolicy(8), keyPolicy(8));
const algorithms = { ksk1: 8, zsk1: 8, csk1: 8 };

scenario('algorithm, the conservative way: signatures, then DNSKEYs, then DS; and out in the reverse order', {
  policy: rsa,
  policies: { ecdsa: pair() },
  algorithms,
  given: 'ksk1 OO.O zsk1 O.O.',
  table: `
    | after                                    | event                      | keys                                      | DNSKEY              | signers              | DS   | does                     | wakes                                    | blocked                                  |
    | 0                                        | policy ecdsa               | ksk1- OO.O ksk2 .... zsk1- O.O. zsk2 ..R. | ksk1 zsk1           | ksk1; zsk1 zsk2      | ksk1 | make ksk 13, make zsk 13 |                                          | order ksk2 dnskey R; order zsk2 dnskey R |
    | maxZoneTtl + zonePropagation             |                            | ksk1- OO.O ksk2 RR.. zsk1- O.O. zsk2 R.O. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 |      |                          |                                          | safety ksk1 ds U                         |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      | ksk2 |                          | none                                     |                                          |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      |      |                          |                                          | safety ksk1 dnskey U                     |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1- U.O. zsk2 O.O. | ksk2 zsk2           | ksk2; zsk1 zsk2      |      |                          |                                          | order zsk1 zrrsig U                      |
    | dnskeyTtl + zonePropagation              |                            | ksk2 OO.O zsk1- ..U. zsk2 O.O.            |                     | ksk2; zsk2           |      |                          |                                          |                                          |
    | maxZoneTtl + zonePropagation             |                            | ksk2 OO.O zsk2 O.O.                       |                     |                      |      |                          | purgeKeys - maxZoneTtl - zonePropagation |                                          |
  `,
});

scenario('algorithm, the liberal way: DNSKEYs and signatures together, then DS; and out together', {
  policy: liberal(rsa),
  policies: { ecdsa: liberal(pair()) },
  algorithms,
  given: 'ksk1 OO.O zsk1 O.O.',
  table: `
    | after                                          | event                      | keys                                      | DNSKEY              | signers              | DS   | does                     | wakes                              |
    | begin: 0                                       | policy ecdsa               | ksk1- OO.O ksk2 RR.. zsk1- O.O. zsk2 R.R. | ksk1 ksk2 zsk1 zsk2 | ksk1 ksk2; zsk1 zsk2 | ksk1 | make ksk 13, make zsk 13 |                                    |
    | ipub                                           |                            | ksk1- OO.O ksk2 OO.. zsk1- O.O. zsk2 O.R. |                     |                      |      |                          |                                    |
    | @begin + maxZoneTtl + zonePropagation          |                            | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      | ksk2 |                          | none                               |
    | registrationDelay                              | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1- O.O. zsk2 O.O. |                     |                      |      |                          |                                    |
    | gone: dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1- U.U. zsk2 O.O. | ksk2 zsk2           | ksk2; zsk2           |      |                          |                                    |
    | dnskeyTtl + zonePropagation                    |                            | ksk2 OO.O zsk1- ..U. zsk2 O.O.            |                     |                      |      |                          |                                    |
    | @gone + maxZoneTtl + zonePropagation           |                            | ksk2 OO.O zsk2 O.O.                       |                     |                      |      |                          | purgeKeys + dnskeyTtl - maxZoneTtl |
  `,
});

scenario('algorithm of a CSK, the conservative way', {
  policy: single(keyPolicy(8)),
  policies: { ecdsa: single() },
  algorithms,
  given: 'csk1 OOOO',
  table: `
    | after                                    | event                      | keys                 | DNSKEY    | signers              | DS   | does        | wakes     | blocked                                  |
    | 0                                        | policy ecdsa               | csk1- OOOO csk2 ..R. | csk1      | csk1; csk1 csk2      | csk1 | make csk 13 |           | order csk2 dnskey R; order csk2 krrsig R |
    | maxZoneTtl + zonePropagation             |                            | csk1- OOOO csk2 RRO. | csk1 csk2 | csk1 csk2; csk1 csk2 |      |             |           |                                          |
    | ipub                                     |                            | csk1- OOOU csk2 OOOR |           |                      | csk2 |             | none      |                                          |
    | registrationDelay                        | ds csk2 seen; ds csk1 gone | csk1- OOOU csk2 OOOR |           |                      |      |             |           |                                          |
    | dsTtl + parentPropagation + retireSafety |                            | csk1- UUO. csk2 OOOO | csk2      | csk2; csk1 csk2      |      |             |           | order csk1 zrrsig U                      |
    | dnskeyTtl + zonePropagation              |                            | csk1- ..U. csk2 OOOO |           | csk2; csk2           |      |             |           |                                          |
    | maxZoneTtl + zonePropagation             |                            | csk2 OOOO            |           |                      |      |             | purgeKeys |                                          |
  `,
});

scenario('algorithm of a CSK, the liberal way', {
  policy: liberal(single(keyPolicy(8))),
  policies: { ecdsa: liberal(single()) },
  algorithms,
  given: 'csk1 OOOO',
  table: `
    | after                                          | event                      | keys                 | DNSKEY    | signers              | DS   | does        | wakes     |
    | begin: 0                                       | policy ecdsa               | csk1- OOOO csk2 RRR. | csk1 csk2 | csk1 csk2; csk1 csk2 | csk1 | make csk 13 |           |
    | ipub                                           |                            | csk1- OOOO csk2 OOR. |           |                      |      |             |           |
    | @begin + maxZoneTtl + zonePropagation          |                            | csk1- OOOU csk2 OOOR |           |                      | csk2 |             | none      |
    | registrationDelay                              | ds csk2 seen; ds csk1 gone | csk1- OOOU csk2 OOOR |           |                      |      |             |           |
    | gone: dsTtl + parentPropagation + retireSafety |                            | csk1- UUU. csk2 OOOO | csk2      | csk2; csk2           |      |             |           |
    | dnskeyTtl + zonePropagation                    |                            | csk1- ..U. csk2 OOOO |           |                      |      |             |           |
    | @gone + maxZoneTtl + zonePropagation           |                            | csk2 OOOO            |           |                      |      |             | purgeKeys |
  `,
});

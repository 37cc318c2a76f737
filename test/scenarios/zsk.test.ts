import { keyPolicy, manual, pair } from './policies.ts';
import { scenario } from './table.ts';

const policy = pair(keyPolicy(13), keyPolicy(13, 8_000_009));
const given = 'ksk1 OO.O zsk1 O.O.';

scenario('ZSK, pre-published: the successor comes at retirement - Ipub', {
  policy,
  given,
  table: `
    | after                                       | event | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                        |
    | 0                                           |       | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        |                              |
    | zskLifetime - ipub                          |       | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      | make zsk 13 after zsk1 |                              |
    | active: ipub                                |       | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |                              |
    | maxZoneTtl + zonePropagation + retireSafety |       | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |                              |
    | dnskeyTtl + zonePropagation                 |       | ksk1 OO.O zsk2 O.O.            |                |            |      |                        |                              |
    | purgeKeys                                   |       | ksk1 OO.O zsk2 O.O.            |                |            |      | purge zsk1             | @active + zskLifetime - ipub |
  `,
});

scenario('ZSK, with a successor that lies there unused: it is taken, none is made', {
  policy,
  given,
  table: `
    | after                        | event        | keys                           | DNSKEY         | signers    | DS   | does | wakes                        |
    | 0                            |              | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |      | zskLifetime - ipub           |
    | 1000003                      | premade zsk2 | ksk1 OO.O zsk1 O.O.            |                |            |      |      | zskLifetime - ipub - 1000003 |
    | zskLifetime - ipub - 1000003 |              | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      |      | ipub                         |
  `,
});

scenario('ZSK, by hand: at the time that a person named, less Ipub', {
  policy: pair(),
  given,
  table: `
    | after          | event             | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       |
    | 0              | roll zsk1 1000003 | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        |                                             |
    | 1000003 - ipub |                   | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      | make zsk 13 after zsk1 |                                             |
    | ipub           |                   | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |
  `,
});

scenario('ZSK, overdue while the roll before it is stuck: no keys pile up', {
  policy: pair(keyPolicy(13), keyPolicy(13, 200_003)),
  given,
  table: `
    | after                      | event          | keys                                      | DNSKEY         | signers    | DS   | does                   | wakes                                       | blocked                                                    |
    | 0                          |                | ksk1 OO.O zsk1 O.O.                       | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        |                                             |                                                            |
    | zskLifetime - ipub         |                | ksk1 OO.O zsk1- O.O. zsk2 R...            | ksk1 zsk1 zsk2 |            |      | make zsk 13 after zsk1 |                                             |                                                            |
    | swap: ipub                 |                | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |                                                            |
    | 3                          | servers silent | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                |            |      |                        | zskLifetime - ipub - 3                      | evidence zsk2 zrrsig O (192.0.2.53: no answer)             |
    | @swap + zskLifetime - ipub |                | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                |            |      |                        | none                                        | order zsk2; evidence zsk2 zrrsig O (192.0.2.53: no answer) |
    | 500009                     | look           | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                |            |      |                        | none                                        | order zsk2                                                 |
    | 11                         | servers agree  | ksk1 OO.O zsk1- O.U. zsk2 O.R.            |                |            |      |                        |                                             | order zsk2                                                 |
    | maxZoneTtl + retireSafety  |                | ksk1 OO.O zsk1- U... zsk2- O.O. zsk3 R... | ksk1 zsk2 zsk3 |            |      | make zsk 13 after zsk2 | dnskeyTtl + zonePropagation                 |                                                            |
  `,
});

scenario('ZSK, under a manual policy: a person lets what comes and goes pass, observations pass by themselves', {
  policy: manual(policy),
  given,
  table: `
    | after                                       | event   | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                        | blocked              |
    | 0                                           |         | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        |                              |                      |
    | zskLifetime - ipub                          |         | ksk1 OO.O zsk1- O.O. zsk2 .... |                |            |      | make zsk 13 after zsk1 | none                         | manual zsk2 dnskey R |
    | 500009                                      | look    | ksk1 OO.O zsk1- O.O. zsk2 .... |                |            |      |                        | none                         | manual zsk2 dnskey R |
    | 11                                          | approve | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      |                        |                              |                      |
    | ipub                                        |         | ksk1 OO.O zsk1- O.O. zsk2 O... |                |            |      |                        | none                         | manual zsk2 zrrsig R |
    | active: 500009                              | approve | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |                              |                      |
    | maxZoneTtl + zonePropagation + retireSafety |         | ksk1 OO.O zsk1- O... zsk2 O.O. |                |            |      |                        | @active + zskLifetime - ipub | manual zsk1 dnskey U |
    | 11                                          | approve | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |                              |                      |
    | dnskeyTtl + zonePropagation                 |         | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys                    |                      |
  `,
});

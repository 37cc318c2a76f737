import { pair } from './policies.ts';
import { scenario } from './table.ts';

const policy = pair();
const given = 'ksk1 OO.O zsk1 O.O.';

scenario('evidence: a DNSKEY that a server does not show is waited for, and counts from when all show it', {
  policy,
  given,
  table: `
    | after                     | event                      | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       | blocked                                        |
    | begin: 0                  | servers lagging; roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | none                                        | evidence zsk2 dnskey O (192.0.2.53: serial 7)  |
    | ipub                      | look                       | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        | none                                        | evidence zsk2 dnskey O (192.0.2.53: serial 7)  |
    | 11                        | servers silent             | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        | none                                        | evidence zsk2 dnskey O (192.0.2.53: no answer) |
    | 1000003                   | servers agree              | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        |                                             |                                                |
    | dnskeyTtl + publishSafety |                            | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |                                                |
  `,
});

scenario('evidence: servers that agree before the zone propagation is over shorten nothing', {
  policy,
  given,
  table: `
    | after      | event                      | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       |
    | begin: 0   | servers lagging; roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | none                                        |
    | 101        | servers agree              | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        |                                             |
    | ipub - 101 |                            | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |
  `,
});

scenario('evidence: new signatures that a server does not show keep the old DNSKEY in', {
  policy,
  given,
  table: `
    | after                     | event           | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                       | blocked                                       |
    | 0                         | roll zsk1       | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | ipub                        |                                               |
    | ipub - 11                 | servers lagging | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        |                             |                                               |
    | 11                        |                 | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | none                        | evidence zsk2 zrrsig O (192.0.2.53: serial 7) |
    | 1000003                   | look            | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                |            |      |                        | none                        | evidence zsk2 zrrsig O (192.0.2.53: serial 7) |
    | 11                        | servers agree   | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                |            |      |                        |                             |                                               |
    | maxZoneTtl + retireSafety |                 | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        | dnskeyTtl + zonePropagation |                                               |
  `,
});

scenario('evidence: an old DNSKEY that a server still shows is not gone', {
  policy,
  given,
  table: `
    | after                                            | event           | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       | blocked                                       |
    | 0                                                | roll zsk1       | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |                                             |                                               |
    | ipub                                             |                 | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |                                               |
    | maxZoneTtl + zonePropagation + retireSafety - 11 | servers lagging | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                |            |      |                        |                                             |                                               |
    | 11                                               |                 | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        | none                                        | evidence zsk1 dnskey . (192.0.2.53: serial 7) |
    | 1000003                                          | servers agree   | ksk1 OO.O zsk1- U... zsk2 O.O. |                |            |      |                        |                                             |                                               |
    | dnskeyTtl                                        |                 | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys                                   |                                               |
  `,
});

scenario('evidence: a signature over the DNSKEY RRset that is not shown keeps the DS of the old key', {
  policy,
  given,
  table: `
    | after                     | event                     | keys                           | DNSKEY         | signers         | DS   | does                   | wakes | blocked                                                                                        |
    | 0                         | servers silent; roll ksk1 | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 | none  | evidence ksk2 dnskey O (192.0.2.53: no answer); evidence ksk2 krrsig O (192.0.2.53: no answer) |
    | ipub                      | look                      | ksk1- OO.O ksk2 RR.. zsk1 O.O. |                |                 |      |                        | none  | order ksk2 ds R; safety ksk1 ds U                                                              |
    | 11                        | servers agree             | ksk1- OO.O ksk2 RR.. zsk1 O.O. |                |                 |      |                        |       |                                                                                                |
    | dnskeyTtl + publishSafety |                           | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none  |                                                                                                |
  `,
});

scenario('evidence: our own signed file counts from when it was written', {
  policy,
  given,
  table: `
    | after   | event                    | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       | blocked                |
    | 0       | signing fails; roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | none                                        | evidence zsk2 dnskey O |
    | 1000003 | look                     | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        | none                                        | evidence zsk2 dnskey O |
    | 11      | signing works            | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        |                                             |                        |
    | ipub    |                          | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |                        |
  `,
});

scenario('evidence: with servers that are not asked, the file counts from when it was written', {
  policy,
  given,
  servers: 'off',
  table: `
    | after                                       | event                    | keys                           | DNSKEY         | signers    | DS   | does                   | wakes     | blocked                |
    | 0                                           | signing fails; roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | none      | evidence zsk2 dnskey O |
    | 1000003                                     | signing works            | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        |           |                        |
    | ipub                                        |                          | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |           |                        |
    | maxZoneTtl + zonePropagation + retireSafety |                          | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |           |                        |
    | dnskeyTtl + zonePropagation                 |                          | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys |                        |
  `,
});

scenario('evidence: a DS that a server of the parent does not show is waited for', {
  policy,
  given,
  table: `
    | after                                    | event                                   | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                       | blocked                                      |
    | 0                                        | roll ksk1                               | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                             |                                              |
    | ipub                                     |                                         | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none                        | evidence ksk2 ds O                           |
    | registrationDelay                        | ds ksk2 mixed 198.51.100.2: no DS       | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | none                        | evidence ksk2 ds O (198.51.100.2: no DS)     |
    | 500009                                   | look                                    | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | none                        | evidence ksk2 ds O (198.51.100.2: no DS)     |
    | 11                                       | ds ksk2 unknown 198.51.100.2: no answer | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | none                        | evidence ksk2 ds O (198.51.100.2: no answer) |
    | 500009                                   | ds ksk2 seen                            | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                             | evidence ksk1 ds .                           |
    | dsTtl + parentPropagation + retireSafety |                                         | ksk1- UU.U ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        | dnskeyTtl + zonePropagation |                                              |
  `,
});

scenario('evidence: what a person says of a DS counts where the parent is silent, and not where it speaks', {
  policy,
  given,
  table: `
    | after                                    | event                           | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                       | blocked            |
    | 0                                        | roll ksk1                       | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                             |                    |
    | ipub                                     |                                 | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none                        | evidence ksk2 ds O |
    | 1009                                     | word ksk2 seen                  | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | none                        | evidence ksk2 ds O |
    | 1009                                     | ds ksk2 mixed                   | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | none                        | evidence ksk2 ds O |
    | 1009                                     | ds ksk2 unknown; word ksk2 seen | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                             |                    |
    | dsTtl + parentPropagation + retireSafety |                                 | ksk1- UU.U ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        | dnskeyTtl + zonePropagation |                    |
  `,
});

scenario('a DNSKEY TTL that was lowered just before a roll: copies with the old one are waited for', {
  policy,
  given,
  table: `
    | after                                            | event                       | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                                       |
    | 0                                                | ttl dnskey 50021; roll zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |                                             |
    | 50021 + zonePropagation + publishSafety          |                             | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        | maxZoneTtl + zonePropagation + retireSafety |
    | maxZoneTtl + zonePropagation + retireSafety - 11 | ttl dnskey 50021            | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                |            |      |                        |                                             |
    | 11                                               |                             | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |                                             |
    | 50021 + zonePropagation                          |                             | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys                                   |
  `,
});

scenario('a TTL in the zone that was lowered just before a roll', {
  policy,
  given,
  table: `
    | after                                   | event           | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                       |
    | 0                                       | roll zsk1       | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | ipub                        |
    | 1009                                    | ttl zone 500009 | ksk1 OO.O zsk1- O.O. zsk2 R... |                |            |      |                        |                             |
    | ipub - 1009                             |                 | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |                             |
    | 500009 + zonePropagation + retireSafety |                 | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        | dnskeyTtl + zonePropagation |
  `,
});

scenario('a DS TTL that was lowered just before a roll', {
  policy,
  given,
  table: `
    | after                                     | event                      | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                       |
    | 0                                         | roll ksk1                  | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |                             |
    | ipub                                      |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none                        |
    | 1009                                      | ttl ds 500009              | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        | none                        |
    | registrationDelay                         | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |                             |
    | 500009 + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        | dnskeyTtl + zonePropagation |
  `,
});

scenario('a TTL that was lowered so long ago that its last copies have gone makes no difference', {
  policy,
  given,
  table: `
    | after | event            | keys                           | DNSKEY         | signers    | DS   | does                   | wakes |
    | 0     | ttl dnskey 50021 | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        | none  |
    | 50022 | roll zsk1        | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      | make zsk 13 after zsk1 | ipub  |
  `,
});

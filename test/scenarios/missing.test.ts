import { keyPolicy, pair } from './policies.ts';
import { scenario } from './table.ts';

const policy = pair(keyPolicy(13), keyPolicy(13, 8_000_009));
const given = 'ksk1 OO.O zsk1 O.O.';

scenario('missing key files: no key is made, however long it takes; restored, all goes on', {
  policy,
  given,
  table: `
    | after   | event         | keys                           | DNSKEY         | signers    | DS   | does                   | wakes              | blocked                                       |
    | 0       |               | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        | zskLifetime - ipub |                                               |
    | 1009    | missing zsk1  | ksk1 OO.O zsk1 O.O.            |                |            |      |                        | none               | files (Kexample.+013+zsk1.private is missing) |
    | 9000011 | look          | ksk1 OO.O zsk1 O.O.            |                |            |      |                        | none               | files (Kexample.+013+zsk1.private is missing) |
    | 11      | restored zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      | make zsk 13 after zsk1 | ipub               |                                               |
  `,
});

scenario('key files that break in the middle of a roll: what is on its way comes, nothing is withdrawn', {
  policy,
  given,
  table: `
    | after                                       | event         | keys                           | DNSKEY         | signers         | DS   | does                   | wakes                       | blocked                                                    |
    | 0                                           | roll zsk1     | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1      | ksk1 | make zsk 13 after zsk1 | ipub                        |                                                            |
    | 1009                                        | broken ksk1   | ksk1 OO.O zsk1- O.O. zsk2 R... |                |                 |      |                        |                             | files (Kexample.+013+ksk1.private is broken)               |
    | ipub - 1009                                 |               | ksk1 OO.O zsk1- O.O. zsk2 O.R. |                | ksk1; zsk1 zsk2 |      |                        |                             | files zsk1 zrrsig U (Kexample.+013+ksk1.private is broken) |
    | maxZoneTtl + zonePropagation + retireSafety |               | ksk1 OO.O zsk1- O.O. zsk2 O.O. |                |                 |      |                        | none                        | files zsk1 dnskey U (Kexample.+013+ksk1.private is broken) |
    | 1009                                        | restored ksk1 | ksk1 OO.O zsk1- U.U. zsk2 O.O. | ksk1 zsk2      | ksk1; zsk2      |      |                        | dnskeyTtl + zonePropagation |                                                            |
  `,
});

scenario('key files that another part of the program cannot make out stop the same things', {
  policy,
  given,
  table: `
    | after | event                                   | keys                           | DNSKEY         | signers    | DS   | does                   | wakes | blocked                      |
    | 0     | trouble keys/ cannot be read; roll zsk1 | ksk1 OO.O zsk1 O.O.            | ksk1 zsk1      | ksk1; zsk1 | ksk1 |                        | none  | files (keys/ cannot be read) |
    | 1009  | trouble                                 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 |            |      | make zsk 13 after zsk1 | ipub  |                              |
  `,
});

scenario('missing files of a key that has gone for good, or that was given up, stop nothing', {
  policy,
  given,
  table: `
    | after                                       | event        | keys                           | DNSKEY         | signers    | DS   | does                   | wakes                        |
    | 0                                           | roll zsk1    | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |                              |
    | active: ipub                                |              | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |                              |
    | maxZoneTtl + zonePropagation + retireSafety |              | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |                              |
    | dnskeyTtl + zonePropagation                 |              | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys                    |
    | 1009                                        | missing zsk1 | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys - 1009             |
    | purgeKeys - 1009                            |              | ksk1 OO.O zsk2 O.O.            |                |            |      | purge zsk1             | @active + zskLifetime - ipub |
  `,
});

scenario('a key that has gone for good is not purged while key files are missing', {
  policy: pair(),
  given,
  table: `
    | after                                       | event         | keys                           | DNSKEY         | signers    | DS   | does                   | wakes     |
    | 0                                           | roll zsk1     | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |           |
    | ipub                                        |               | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |           |
    | maxZoneTtl + zonePropagation + retireSafety |               | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |           |
    | dnskeyTtl + zonePropagation                 |               | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys |
    | 1009                                        | missing ksk1  | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | none      |
    | purgeKeys                                   | look          | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | none      |
    | 11                                          | restored ksk1 | ksk1 OO.O zsk2 O.O.            |                |            |      | purge zsk1             | none      |
  `,
});

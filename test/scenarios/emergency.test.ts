import { pair, single } from './policies.ts';
import { scenario } from './table.ts';

const given = 'ksk1 OO.O zsk1 O.O.';

scenario('emergency: a compromised ZSK goes now, through the same gates', {
  policy: pair(),
  given,
  table: `
    | after                                       | event            | keys                           | DNSKEY         | signers    | DS   | does                   | wakes     |
    | 0                                           | compromised zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R... | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 |           |
    | ipub                                        |                  | ksk1 OO.O zsk1- O.U. zsk2 O.R. |                | ksk1; zsk2 |      |                        |           |
    | maxZoneTtl + zonePropagation + retireSafety |                  | ksk1 OO.O zsk1- U... zsk2 O.O. | ksk1 zsk2      |            |      |                        |           |
    | dnskeyTtl + zonePropagation                 |                  | ksk1 OO.O zsk2 O.O.            |                |            |      |                        | purgeKeys |
  `,
});

scenario('emergency: a compromised KSK goes now, through the same gates', {
  policy: pair(),
  given,
  table: `
    | after                                    | event                      | keys                           | DNSKEY         | signers         | DS   | does                   | wakes     |
    | 0                                        | compromised ksk1           | ksk1- OO.O ksk2 RR.. zsk1 O.O. | ksk1 ksk2 zsk1 | ksk1 ksk2; zsk1 | ksk1 | make ksk 13 after ksk1 |           |
    | ipub                                     |                            | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 | ksk2 |                        | none      |
    | registrationDelay                        | ds ksk2 seen; ds ksk1 gone | ksk1- OO.U ksk2 OO.R zsk1 O.O. |                |                 |      |                        |           |
    | dsTtl + parentPropagation + retireSafety |                            | ksk1- UU.. ksk2 OO.O zsk1 O.O. | ksk2 zsk1      | ksk2; zsk1      |      |                        |           |
    | dnskeyTtl + zonePropagation              |                            | ksk2 OO.O zsk1 O.O.            |                |                 |      |                        | purgeKeys |
  `,
});

scenario('emergency: a compromised CSK that is not established yet does not have to wait until it is', {
  policy: single(),
  given: 'csk1 OOOO',
  table: `
    | after | event            | keys                            | DNSKEY    | signers         | DS   | does                   | wakes                       |
    | 0     | roll csk1        | csk1- OOOO csk2 RR..            | csk1 csk2 | csk1 csk2; csk1 | csk1 | make csk 13 after csk1 | ipub                        |
    | 1009  | compromised csk2 | csk1- OOOO csk2- UU.. csk3 RR.. | csk1 csk3 | csk1 csk3; csk1 |      | make csk 13 after csk2 | dnskeyTtl + zonePropagation |
  `,
});

scenario('emergency: a key that was told to go because it is known to others never comes back', {
  policy: pair(),
  given,
  table: `
    | after | event            | keys                                      | DNSKEY         | signers    | DS   | does                   | wakes                       |
    | 0     | compromised zsk1 | ksk1 OO.O zsk1- O.O. zsk2 R...            | ksk1 zsk1 zsk2 | ksk1; zsk1 | ksk1 | make zsk 13 after zsk1 | ipub                        |
    | 1009  | lost zsk2        | ksk1 OO.O zsk1- O.O. zsk2- U... zsk3 R... | ksk1 zsk1 zsk3 |            |      | make zsk 13 after zsk2 | dnskeyTtl + zonePropagation |
  `,
});

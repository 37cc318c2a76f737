import { manual, pair, single } from './policies.ts';
import { scenario } from './table.ts';

scenario('first keys: a zone goes secure with a KSK and a ZSK', {
  policy: pair(),
  table: `
    | after                                    | event        | keys                | DNSKEY    | signers    | DS   | does                     |
    | begin: 0                                 |              | ksk1 RR.. zsk1 R.R. | ksk1 zsk1 | ksk1; zsk1 | -    | make ksk 13, make zsk 13 |
    | ipub                                     |              | ksk1 OO.. zsk1 O.R. |           |            |      |                          |
    | @begin + maxZoneTtl + zonePropagation    |              | ksk1 OO.R zsk1 O.O. |           |            | ksk1 |                          |
    | registrationDelay                        | ds ksk1 seen | ksk1 OO.R zsk1 O.O. |           |            |      |                          |
    | dsTtl + parentPropagation + retireSafety |              | ksk1 OO.O zsk1 O.O. |           |            |      |                          |
  `,
});

scenario('first keys: a zone goes secure with a CSK', {
  policy: single(),
  table: `
    | after                                    | event        | keys      | DNSKEY | signers    | DS   | does        |
    | begin: 0                                 |              | csk1 RRR. | csk1   | csk1; csk1 | -    | make csk 13 |
    | ipub                                     |              | csk1 OOR. |        |            |      |             |
    | @begin + maxZoneTtl + zonePropagation    |              | csk1 OOOR |        |            | csk1 |             |
    | registrationDelay                        | ds csk1 seen | csk1 OOOR |        |            |      |             |
    | dsTtl + parentPropagation + retireSafety |              | csk1 OOOO |        |            |      |             |
  `,
});

scenario('first keys, under a manual policy: nothing comes before a person says so', {
  policy: manual(pair()),
  table: `
    | after                                 | event   | keys                | DNSKEY    | signers    | DS   | does                     |
    | 0                                     |         | ksk1 .... zsk1 .... | -         | -; -       | -    | make ksk 13, make zsk 13 |
    | begin: 1000003                        | approve | ksk1 RR.. zsk1 R.R. | ksk1 zsk1 | ksk1; zsk1 |      |                          |
    | ipub                                  |         | ksk1 OO.. zsk1 O.R. |           |            |      |                          |
    | @begin + maxZoneTtl + zonePropagation |         | ksk1 OO.. zsk1 O.O. |           |            |      |                          |
    | 1000003                               | approve | ksk1 OO.R zsk1 O.O. |           |            | ksk1 |                          |
  `,
});

/**
 * Mutants of the rollover engine: each a gate, a clause or a term that is taken away or bent. `npm run test:mutants`
 * shows which test catches which; a test sees to it that each text still stands exactly once in its file.
 *
 * @typedef {object} Mutant
 * @property {string} name     what is wrong with it
 * @property {string} file     below src/rollover/
 * @property {string} find     text that stands once in the file
 * @property {string} replace  what stands there instead
 */

/**
 * @param {string} file
 * @param {readonly (readonly [name: string, find: string, replace: string])[]} rows
 * @returns {readonly Mutant[]}
 */
function mutants(file, rows) {
  return rows.map(([name, find, replace]) => ({ name, file: `src/rollover/${file}`, find, replace }));
}

const GATES = mutants('engine.ts', [
  ['no order gate', "if (!isInOrder(this.keys, transition, this.#policy.rollover)) return stop('order');", ''],
  ['no safety gate', "if (!this.#isSafe(transition)) return stop('safety');", ''],
  ['no manual gate', "return waits ? stop('manual') : { passes: true };", 'return { passes: true };'],
  ['manual gate never lets anything pass', " === 'manual' && !this.#world.approved", " === 'manual'"],
  ['manual gate whatever the policy says', "this.#policy.rollover.mode === 'manual' && !this.#world", '!this.#world'],
  ['manual gate also for observations', "if (to === 'rumoured' || to === 'unretentive') {", 'if (true) {'],
  [
    'manual gate not for what comes',
    "if (to === 'rumoured' || to === 'unretentive') {",
    "if (to === 'rumoured') return { passes: true };\n    if (to === 'unretentive') {",
  ],
  [
    'manual gate not for what goes',
    "if (to === 'rumoured' || to === 'unretentive') {",
    "if (to === 'unretentive') return { passes: true };\n    if (to === 'rumoured') {",
  ],
  ['no files gate', "if (this.#troubles.length > 0 && to === 'unretentive') return stop('files', this.#troubles);", ''],
  ['files gate for everything', "this.#troubles.length > 0 && to === 'unretentive'", 'this.#troubles.length > 0'],
  [
    'no evidence gate',
    "if (!evidence.isGiven) return stop('evidence', evidence.who);",
    'if (!evidence.isGiven) return { passes: true };',
  ],
  ['no time gate', "opens <= this.#now ? { passes: true } : stop('time', [], opens)", '{ passes: true }'],
  ['time gate a second late', 'opens <= this.#now', 'opens < this.#now'],
  ['time gate a second early', 'opens <= this.#now', 'opens - 1 <= this.#now'],
]);

const STEP = mutants('engine.ts', [
  [
    'frozen zones move',
    "if (this.#isFrozen && record !== 'ds' && (to === 'rumoured' || to === 'unretentive')) continue;",
    '',
  ],
  ['frozen zones keep their DS', "this.#isFrozen && record !== 'ds' && (", 'this.#isFrozen && ('],
  [
    'frozen zones are not observed',
    "if (this.#isFrozen && record !== 'ds' && (to === 'rumoured' || to === 'unretentive')) continue;",
    "if (this.#isFrozen && record !== 'ds') continue;",
  ],
  [
    'in frozen zones something comes',
    "if (this.#isFrozen && record !== 'ds' && (to === 'rumoured' || to === 'unretentive')) continue;",
    "if (this.#isFrozen && record !== 'ds' && to === 'unretentive') continue;",
  ],
  [
    'in frozen zones something goes',
    "if (this.#isFrozen && record !== 'ds' && (to === 'rumoured' || to === 'unretentive')) continue;",
    "if (this.#isFrozen && record !== 'ds' && to === 'rumoured') continue;",
  ],
  ['nothing begins to come', "return isWanted ? ['rumoured'] : [];", 'return [];'],
  ['what nobody wants begins to come', "return isWanted ? ['rumoured'] : [];", "return ['rumoured'];"],
  ['keys do not come back', "return isWanted ? ['rumoured', 'hidden'] : ['hidden'];", "return ['hidden'];"],
  [
    'what is to come back and may not is not observed to have gone',
    "return isWanted ? ['rumoured', 'hidden'] : ['hidden'];",
    "return isWanted ? ['rumoured'] : ['hidden'];",
  ],
  [
    'what is to come back goes first',
    "return isWanted ? ['rumoured', 'hidden'] : ['hidden'];",
    "return isWanted ? ['hidden', 'rumoured'] : ['hidden'];",
  ],
  [
    'what goes has never gone',
    "return isWanted ? ['rumoured', 'hidden'] : ['hidden'];",
    "return isWanted ? ['rumoured', 'hidden'] : [];",
  ],
  [
    'what is coming does not turn round',
    "return isWanted ? ['omnipresent'] : ['unretentive', 'omnipresent'];",
    "return ['omnipresent'];",
  ],
  [
    'what may not go is not observed to have come',
    "return isWanted ? ['omnipresent'] : ['unretentive', 'omnipresent'];",
    "return isWanted ? ['omnipresent'] : ['unretentive'];",
  ],
  [
    'what is to go comes first',
    "return isWanted ? ['omnipresent'] : ['unretentive', 'omnipresent'];",
    "return isWanted ? ['omnipresent'] : ['omnipresent', 'unretentive'];",
  ],
  [
    'what comes has never come',
    "return isWanted ? ['omnipresent'] : ['unretentive', 'omnipresent'];",
    "return isWanted ? [] : ['unretentive', 'omnipresent'];",
  ],
  ['what is wanted goes', "return isWanted ? [] : ['unretentive'];", "return ['unretentive'];"],
  ['nothing goes', "return isWanted ? [] : ['unretentive'];", 'return [];'],
  ['a record moves twice at once', 'if (this.#get(id) !== key) break;', ''],
  ['other algorithms are not asked after', ' &&\n      staysSigned(this.keys, transition, this.#policy.rollover)', ''],
  [
    'signatures of lost keys bound by the rules',
    "if (key.fate === 'lost' && record === 'zrrsig' && to === 'unretentive' && this.#isReplaced(key)) return true;",
    '',
  ],
  [
    'lost signatures judged where they are observed',
    "record === 'zrrsig' && to === 'unretentive' && this",
    "record === 'zrrsig' && this",
  ],
  [
    'lost signatures let go before anyone signs',
    "to === 'unretentive' && this.#isReplaced(key)) return",
    "to === 'unretentive') return",
  ],
  ['turns and moves not repeated', 'if (result.decisions.length === 0) return', 'return'],
  ['decisions of the repetition lost', 'return { ...result, decisions };', 'return result;'],
  [
    'lost keys not given up',
    "fate === 'lost' && goal === 'omnipresent').map",
    "fate === 'lost' && goal === 'hidden' && goal !== goal).map",
  ],
  [
    'lost keys given up again and again',
    "keys.filter(({ fate, goal }) => fate === 'lost' && goal === 'omnipresent')",
    "keys.filter(({ fate, removed }) => fate === 'lost' && removed !== 0)",
  ],
  [
    'lost keys retired at no time',
    "{ ...key, goal: 'hidden', retired: now } : key)),\n    decisions",
    "{ ...key, goal: 'hidden' } : key)),\n    decisions",
  ],
  ['no freeze', 'if (lost === undefined) return undefined;', 'return undefined;'],
  [
    'freeze for any key that leaves',
    "fate === 'lost' && states.ds !== 'hidden');\n  if",
    "states.ds === 'unretentive' || (fate === 'lost' && states.ds !== 'hidden'));\n  if",
  ],
  [
    'freeze without a DS',
    "find(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden')",
    "find(({ fate }) => fate === 'lost')",
  ],
  [
    'freeze only until the DS is withdrawn',
    "find(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden')",
    "find(({ fate, states }) => fate === 'lost' && isIn(states.ds))",
  ],
  [
    'frozen zones turn keys',
    'const mayTurn = frozen === undefined && troubles.length === 0;',
    'const mayTurn = troubles.length === 0;',
  ],
  [
    'keys turn although files are missing',
    'const mayTurn = frozen === undefined && troubles.length === 0;',
    'const mayTurn = frozen === undefined;',
  ],
  ['missing files do not matter', "key.files !== 'whole' && key.fate", "key.files === 'broken' && key.fate"],
  ['broken files do not matter', "key.files !== 'whole' && key.fate", "key.files === 'missing' && key.fate"],
  ['missing files of lost keys matter', "&& key.fate !== 'lost' && key.removed", '&& key.removed'],
  ['missing files of removed keys matter', ' && key.removed === undefined)\n', ')\n'],
  ['trouble elsewhere does not matter', 'return [...world.trouble, ...own];', 'return own;'],
  ['troubles not told', "if (troubles.length > 0) blocked.push(block('files', undefined, troubles));", ''],
  ['overdue keys not told', "for (const key of turns?.overdue ?? []) blocked.push(block('order', key));", ''],
  ['wake-up of turns lost', 'const times = [turns?.wakeAt, ', 'const times = ['],
  ['wake-up of moves lost', 'turns?.wakeAt, passage.wakeAt, ', 'turns?.wakeAt, '],
  ['wake-up of purges lost', 'passage.wakeAt, purges.wakeAt]', 'passage.wakeAt]'],
  ['blockers in no order', 'blocked.sort((a, b) => RANK.indexOf(a.gate) - RANK.indexOf(b.gate))', 'blocked'],
  ['purge without end', 'due.filter(({ at }) => at <= now)', 'due'],
  ['purge a second late', 'at <= now)', 'at < now)'],
  ['purge at once', 'at: removed + timing.purgeKeys', 'at: removed'],
  [
    'purge while files are missing',
    'mayTurn ? listPurges(passage.keys, policy, now) : NO_PURGES',
    'listPurges(passage.keys, policy, now)',
  ],
  ['wake-up for what is purged now', 'due.filter(({ at }) => at > now)', 'due'],
  [
    'DS wanted that are not there yet only',
    'keys.filter(({ states }) => isIn(states.ds)).map',
    "keys.filter(({ states }) => states.ds === 'rumoured').map",
  ],
  [
    'DS wanted that are there only',
    'keys.filter(({ states }) => isIn(states.ds)).map',
    "keys.filter(({ states }) => states.ds === 'omnipresent').map",
  ],
  ['no DS wanted while some are', 'remove: wanted.length === 0 && isGoing', 'remove: isGoing'],
  ['no DS wanted where none was', '=== 0 && isGoing && mayLoseDs', '=== 0 && mayLoseDs'],
  ['no DS wanted though the zone stays secure', ' && isGoing && mayLoseDs(policy, keys) }', ' && isGoing }'],
  ['going insecure not allowed', "policy.keys.kind === 'none' || keys", 'keys'],
  [
    'a lost key may not lose its DS',
    "policy.keys.kind === 'none' || keys.some(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden')",
    "policy.keys.kind === 'none'",
  ],
  [
    'a key lost long ago lets all DS go',
    "keys.some(({ fate, states }) => fate === 'lost' && states.ds !== 'hidden')",
    "keys.some(({ fate }) => fate === 'lost')",
  ],
  [
    'signatures of any key let go',
    "if (key.fate === 'lost' && record === 'zrrsig' && to",
    "if (record === 'zrrsig' && to",
  ],
  ['all records of lost keys let go', "key.fate === 'lost' && record === 'zrrsig' && to", "key.fate === 'lost' && to"],
  ['lost signatures replaced by another algorithm', 'key.algorithm === algorithm && key.fate', 'key.fate'],
  [
    'lost signatures replaced by lost keys',
    "key.algorithm === algorithm && key.fate !== 'lost' && isIn",
    'key.algorithm === algorithm && isIn',
  ],
  [
    'lost signatures replaced by keys that do not sign',
    "key.fate !== 'lost' && isIn(key.states.zrrsig)",
    "key.fate !== 'lost'",
  ],
  ['moves at no time', 'changes: { ...key.changes, [record]: now },', ''],
  ['keys never active', '...(key.active === undefined && to ===', '...(key.active === 0 && to ==='],
  ['keys active again and again', 'key.active === undefined && to === ', 'to === '],
  ['keys active when they are observed', "to === 'rumoured' && isActivation", 'isActivation'],
  ['KSKs active with their DNSKEY', "role === 'ksk' ? 'ds' : 'zrrsig'", "role === 'ksk' ? 'dnskey' : 'zrrsig'"],
  ['ZSKs active with their DNSKEY', "role === 'ksk' ? 'ds' : 'zrrsig'", "role === 'ksk' ? 'ds' : 'dnskey'"],
  [
    'wake-up for the last opening',
    'this.wakeAt = Math.min(this.wakeAt ?? until, until)',
    'this.wakeAt = Math.max(this.wakeAt ?? until, until)',
  ],
  [
    'look at the last time',
    'this.lookAt = Math.min(this.lookAt ?? at, at)',
    'this.lookAt = Math.max(this.lookAt ?? at, at)',
  ],
  [
    'look while nothing is missing',
    "if (gate !== 'evidence' || key === undefined) return;",
    'if (key === undefined) return;',
  ],
  [
    'look before the zone can have reached the servers',
    'const reached = first + this.#policy.timing.zonePropagation;',
    'const reached = first;',
  ],
  ['look for a DS as for the zone', "record === undefined || record === 'ds' ? 0", 'record === undefined ? 0'],
  [
    'look again at once',
    'reached > this.#now ? reached : this.#now + LOOK_AGAIN',
    'reached > this.#now ? reached : this.#now',
  ],
  ['keys gone before they are', ' || !isWhollyHidden(key)) continue;', ') continue;'],
  ['keys gone that want to come', "if (key.goal === 'omnipresent' || key.removed", 'if (key.removed'],
  ['keys gone again and again', '|| key.removed !== undefined || isUnused(key)', '|| isUnused(key)'],
  ['unused keys gone', '|| isUnused(key) || !isWhollyHidden', '|| !isWhollyHidden'],
]);

const SAFETY = mutants('safety-gate.ts', [
  [
    'nothing comes back half way',
    "if (record !== 'ds' && key.states[record] === 'unretentive' && to === 'rumoured') return true;",
    '',
  ],
  ['a DS comes back unjudged', "record !== 'ds' && key.states[record]", 'key.states[record]'],
  ['what may be exchanged goes half way', 'if (mustComeFirst(keys, transition)) return false;', ''],
  [
    'first there: DNSKEYs alone',
    "record === 'zrrsig' || (record === 'dnskey' && states.zrrsig !== 'hidden')",
    "record === 'dnskey' && states.zrrsig !== 'hidden'",
  ],
  [
    'first there: signatures alone',
    "record === 'zrrsig' || (record === 'dnskey' && states.zrrsig !== 'hidden')",
    "record === 'zrrsig'",
  ],
  [
    'first there: DNSKEYs without signatures too',
    "record === 'zrrsig' || (record === 'dnskey' && states.zrrsig !== 'hidden')",
    "record === 'zrrsig' || record === 'dnskey'",
  ],
  [
    'first there: what is there already too',
    "if (!mayBeExchanged || states[record] !== 'rumoured' || to !== 'unretentive' || fate === 'lost') return false;",
    "if (!mayBeExchanged || to !== 'unretentive' || fate === 'lost') return false;",
  ],
  [
    'first there: what comes too',
    "if (!mayBeExchanged || states[record] !== 'rumoured' || to !== 'unretentive' || fate === 'lost') return false;",
    "if (!mayBeExchanged || states[record] !== 'rumoured' || fate === 'lost') return false;",
  ],
  [
    'first there: lost keys too',
    "if (!mayBeExchanged || states[record] !== 'rumoured' || to !== 'unretentive' || fate === 'lost') return false;",
    "if (!mayBeExchanged || states[record] !== 'rumoured' || to !== 'unretentive') return false;",
  ],
  [
    'first there: keys of an algorithm that nobody wants too',
    'if (isForsaken(keys.filter((other) => other.algorithm === algorithm))) return false;',
    '',
  ],
  [
    'first there: one key for an algorithm that nobody wants',
    'if (isForsaken(keys.filter((other) => other.algorithm === algorithm))) return false;',
    'if (isForsaken([key])) return false;',
  ],
  [
    'first there: keys without a successor too',
    'keys.some((other) => isDirectSuccessor(other, key)) &&\n',
    'true &&\n',
  ],
  [
    'first there: keys that take a place too',
    "!keys.some((before) => before.states[record] === 'unretentive' && takesPlace(key, before, record, keys))",
    'true',
  ],
  [
    'first there: the place of what did not go',
    "before.states[record] === 'unretentive' && takesPlace(key, before, record, keys)",
    'takesPlace(key, before, record, keys)',
  ],
  [
    'first there: the place of any that goes',
    "before.states[record] === 'unretentive' && takesPlace(key, before, record, keys)",
    "before.states[record] === 'unretentive'",
  ],
  [
    'nobody wants an algorithm that has a DS',
    "own.every(({ goal, states }) => goal === 'hidden' && states.ds === 'hidden')",
    "own.every(({ goal }) => goal === 'hidden')",
  ],
  [
    'nobody wants an algorithm that has no DS',
    "own.every(({ goal, states }) => goal === 'hidden' && states.ds === 'hidden')",
    "own.every(({ states }) => states.ds === 'hidden')",
  ],
  ['what is done now was done long ago', 'Number.POSITIVE_INFINITY', '0'],
  ['any two keys are a pair', 'comes(key) && takesPlace(key, before, record, keys)', 'comes(key)'],
  ['no two keys are a pair', 'comes(key) && takesPlace(key, before, record, keys)', 'comes(key) && before === key'],
  ['rule 3: no DNSKEY swap', "hasPair(keys, 'dnskey', isDnskeyLeaving, isDnskeyComing) ||", ''],
  ['rule 3: no signature swap', "hasPair(keys, 'zrrsig', isSignerLeaving, isSignerComing) ||", ''],
  [
    'rule 3: a DNSKEY swap by the times of signatures',
    "hasPair(keys, 'dnskey', isDnskeyLeaving",
    "hasPair(keys, 'zrrsig', isDnskeyLeaving",
  ],
  [
    'rule 3: a signature swap by the times of DNSKEYs',
    "hasPair(keys, 'zrrsig', isSignerLeaving",
    "hasPair(keys, 'dnskey', isSignerLeaving",
  ],
  [
    'DNSKEY leaves from anywhere',
    "return states.dnskey === 'unretentive' && states.zrrsig === 'omnipresent';",
    "return states.zrrsig === 'omnipresent';",
  ],
  [
    'DNSKEY leaves without signatures',
    "return states.dnskey === 'unretentive' && states.zrrsig === 'omnipresent';",
    "return states.dnskey === 'unretentive';",
  ],
  [
    'DNSKEY comes from anywhere',
    "return states.dnskey === 'rumoured' && states.zrrsig === 'omnipresent';",
    "return states.zrrsig === 'omnipresent';",
  ],
  [
    'DNSKEY comes without signatures',
    "return states.dnskey === 'rumoured' && states.zrrsig === 'omnipresent';",
    "return states.dnskey === 'rumoured';",
  ],
  [
    'signatures leave without DNSKEY',
    "return states.dnskey === 'omnipresent' && states.zrrsig === 'unretentive';",
    "return states.zrrsig === 'unretentive';",
  ],
  [
    'signatures leave from anywhere',
    "return states.dnskey === 'omnipresent' && states.zrrsig === 'unretentive';",
    "return states.dnskey === 'omnipresent';",
  ],
  [
    'signatures come without DNSKEY',
    "return states.dnskey === 'omnipresent' && states.zrrsig === 'rumoured';",
    "return states.zrrsig === 'rumoured';",
  ],
  [
    'signatures come from anywhere',
    "return states.dnskey === 'omnipresent' && states.zrrsig === 'rumoured';",
    "return states.dnskey === 'omnipresent';",
  ],
  [
    'rule 3: signatures without a DS',
    'return isUnasked || isSigned(all, algorithm);',
    'return isSigned(all, algorithm);',
  ],
  [
    'rule 3: a DS of another algorithm',
    "all.every((key) => key.algorithm !== algorithm || key.states.ds === 'hidden')",
    "all.every((key) => key.states.ds === 'hidden')",
  ],
  [
    'rule 3: keys of all algorithms',
    'isSigned(all: readonly RollKey[], algorithm: number): boolean {\n  const keys = all.filter((key) => key.algorithm === algorithm);',
    'isSigned(all: readonly RollKey[], _: number): boolean {\n  const keys = all;',
  ],
  [
    'rule 3: no RRset by RRset',
    "keys.some((other) => other.states.zrrsig === 'omnipresent' && isInEachSetWith(other, key)),",
    'false,',
  ],
  [
    'rule 3: another RRset will do',
    "keys.some((other) => other.states.zrrsig === 'omnipresent' && isInEachSetWith(other, key)),",
    "keys.some((other) => other.states.zrrsig === 'omnipresent'),",
  ],
  [
    'rule 3: an RRset without signatures will do',
    "keys.some((other) => other.states.zrrsig === 'omnipresent' && isInEachSetWith(other, key)),",
    'keys.some((other) => isInEachSetWith(other, key)),',
  ],
  ['in each RRset: in any state', 'if (other.states.dnskey !== key.states.dnskey) return false;', ''],
  ['in each RRset: whenever it came', 'return changed <= own;', 'return true;'],
  ['in each RRset: only what came sooner', 'return changed <= own;', 'return changed < own;'],
  ['in each RRset: what came later', 'return changed <= own;', 'return changed >= own;'],
  ['in each RRset: whenever it went', 'return changed >= own;', 'return true;'],
  ['in each RRset: only what went later', 'return changed >= own;', 'return changed > own;'],
  ['in each RRset: what went sooner', 'return changed >= own;', 'return changed <= own;'],
  [
    'withdrawing while rules are broken',
    "if (!before && !after && to === 'unretentive' && !isRemedy) return false;",
    '',
  ],
  [
    'nothing passes while rules are broken',
    "!after && to === 'unretentive' && !isRemedy) return",
    '!after && !isRemedy) return',
  ],
  ['a broken zone can not go insecure', "to === 'unretentive' && !isRemedy) return", "to === 'unretentive') return"],
  [
    'anything goes from a broken zone that is to be insecure',
    "const isRemedy = record === 'ds' && mayLoseDs;",
    'const isRemedy = mayLoseDs;',
  ],
  [
    'any DS goes from a broken zone',
    "const isRemedy = record === 'ds' && mayLoseDs;",
    "const isRemedy = record === 'ds';",
  ],
  ['rule 1 gone', 'if (!mayLoseDs && hasDs(keys) && !hasDs(then)) return false;', ''],
  ['rule 1 not waived', '!mayLoseDs && hasDs(keys) && ', 'hasDs(keys) && '],
  ['rule 1 also where it does not hold', 'hasDs(keys) && !hasDs(then)', '!hasDs(then)'],
  ['rule 2 gone', '[hasChain, hasSignatures]', '[hasSignatures]'],
  ['rule 3 gone', '[hasChain, hasSignatures]', '[hasChain]'],
  ['rules may be broken', 'if (before && !after) return false;', ''],
  [
    'all that comes is unjudged',
    "key.states[record] === 'unretentive' && to === 'rumoured') return true",
    "to === 'rumoured') return true",
  ],
  [
    'all that was withdrawn goes unjudged',
    "=== 'unretentive' && to === 'rumoured') return true",
    "=== 'unretentive') return true",
  ],
  [
    'rule 1: only DS in all caches',
    'keys.some(({ states }) => isIn(states.ds))',
    "keys.some(({ states }) => states.ds === 'omnipresent')",
  ],
  [
    'rule 2: keys of all algorithms',
    'hasChain(all: readonly RollKey[], algorithm: number): boolean {\n  const keys = all.filter((key) => key.algorithm === algorithm);',
    'hasChain(all: readonly RollKey[], _: number): boolean {\n  const keys = all;',
  ],
  ['rule 2: no key for all', 'keys.some(isChainedForAll) ||', ''],
  ['rule 2: no DNSKEY swap', 'hasDnskeySwap(keys) ||', ''],
  [
    'rule 2: no keys that are all chained',
    "keys.every((key) => key.states.ds === 'hidden' || isChained(key))",
    'false',
  ],
  ['rule 2: hidden DS must be chained', "key.states.ds === 'hidden' || isChained(key)", 'isChained(key)'],
  ['rule 2: no DS at all', "key.states.ds === 'hidden' || isChained(key)", "key.states.ds === 'hidden'"],
  [
    'rule 3: no key for all',
    "keys.some(({ states }) => states.dnskey === 'omnipresent' && states.zrrsig === 'omnipresent') ||",
    '',
  ],
  [
    'rule 3: a key for all without DNSKEY',
    "states.dnskey === 'omnipresent' && states.zrrsig === 'omnipresent') ||",
    "states.zrrsig === 'omnipresent') ||",
  ],
  [
    'rule 3: a key for all without signatures',
    "states.dnskey === 'omnipresent' && states.zrrsig === 'omnipresent') ||",
    "states.dnskey === 'omnipresent') ||",
  ],
  ['rule 3: hidden DNSKEYs must have signed', "key.states.dnskey === 'hidden' ||\n", 'false ||\n'],
  [
    'chained without DNSKEY',
    "return states.dnskey === 'omnipresent' && states.krrsig === 'omnipresent';",
    "return states.krrsig === 'omnipresent';",
  ],
  [
    'chained without KRRSIG',
    "return states.dnskey === 'omnipresent' && states.krrsig === 'omnipresent';",
    "return states.dnskey === 'omnipresent';",
  ],
  [
    'chained for all without DNSKEY and KRRSIG',
    "return isChained(key) && key.states.ds === 'omnipresent';",
    "return key.states.ds === 'omnipresent';",
  ],
  ['chained for all without DS', "return isChained(key) && key.states.ds === 'omnipresent';", 'return isChained(key);'],
  ['DNSKEY swap: without DS', "states.ds === 'omnipresent' &&\n", ''],
  ['DNSKEY swap: the other record anywhere', "own === state || own === 'omnipresent'", 'true'],
  ['DNSKEY swap: both on their way', "own === state || own === 'omnipresent'", 'own === state'],
  ['DNSKEY swap: leaving key not leaving', "(key) => isPartly(key, 'unretentive'),", '() => true,'],
  ['DNSKEY swap: coming key not coming', "(key) => isPartly(key, 'rumoured'),", '() => true,'],
]);

const SUCCESSION = mutants('succession.ts', [
  [
    'stands in for a key that is needed',
    'if (isNeeded(before, keys) || !isNeeded(key, keys)) return false;',
    'if (!isNeeded(key, keys)) return false;',
  ],
  [
    'stands in though nothing needs it',
    'if (isNeeded(before, keys) || !isNeeded(key, keys)) return false;',
    'if (isNeeded(before, keys)) return false;',
  ],
  ['direct successors do not stand in', 'if (isDirectSuccessor(key, before)) return true;', ''],
  ['x, y, z: the middle anywhere', 'haveSameStates(middle, before) && standsIn', 'standsIn'],
  [
    'x, y, z: the middle stands in for nobody',
    'haveSameStates(middle, before) && standsIn(middle, before, keys, depth - 1)',
    'haveSameStates(middle, before)',
  ],
  [
    'x, y, z: DNSKEY of the middle anywhere',
    'return dnskey === b.states.dnskey && krrsig === b.states.krrsig && zrrsig === b.states.zrrsig && ds === b.states.ds;',
    'return krrsig === b.states.krrsig && zrrsig === b.states.zrrsig && ds === b.states.ds;',
  ],
  [
    'x, y, z: KRRSIG of the middle anywhere',
    'return dnskey === b.states.dnskey && krrsig === b.states.krrsig && zrrsig === b.states.zrrsig && ds === b.states.ds;',
    'return dnskey === b.states.dnskey && zrrsig === b.states.zrrsig && ds === b.states.ds;',
  ],
  [
    'x, y, z: ZRRSIG of the middle anywhere',
    'return dnskey === b.states.dnskey && krrsig === b.states.krrsig && zrrsig === b.states.zrrsig && ds === b.states.ds;',
    'return dnskey === b.states.dnskey && krrsig === b.states.krrsig && ds === b.states.ds;',
  ],
  [
    'x, y, z: DS of the middle anywhere',
    'return dnskey === b.states.dnskey && krrsig === b.states.krrsig && zrrsig === b.states.zrrsig && ds === b.states.ds;',
    'return dnskey === b.states.dnskey && krrsig === b.states.krrsig && zrrsig === b.states.zrrsig;',
  ],
  ['x, y, z: never', 'standsIn(middle, before, keys, depth - 1)', 'false'],
  ['circles never end', 'if (depth === 0) return false;', ''],
  ['w, x, y, z: no further than x, y, z', 'standsIn(key, before, keys, keys.length)', 'standsIn(key, before, keys, 2)'],
  [
    'takes the place of what had gone before it came',
    'return last !== undefined && came <= (last.changes[record] ?? 0) && succeeds(key, before, keys);',
    'return last !== undefined && succeeds(key, before, keys);',
  ],
  [
    'takes no place of what goes as it comes',
    'return last !== undefined && came <= (last.changes[record] ?? 0) && succeeds(key, before, keys);',
    'return last !== undefined && came < (last.changes[record] ?? 0) && succeeds(key, before, keys);',
  ],
  [
    'takes the place of any key',
    'return last !== undefined && came <= (last.changes[record] ?? 0) && succeeds(key, before, keys);',
    'return last !== undefined && came <= (last.changes[record] ?? 0);',
  ],
  [
    'successor: named by the key alone',
    'key.predecessor === before.id && before.successor === key.id',
    'key.predecessor === before.id',
  ],
  [
    'successor: named by the predecessor alone',
    'key.predecessor === before.id && before.successor === key.id',
    'before.successor === key.id',
  ],
  ['needed: by any key', 'isDirectSuccessor(key, before) && !isWhollyHidden(before)', '!isWhollyHidden(before)'],
  [
    'needed: by keys that have gone',
    'isDirectSuccessor(key, before) && !isWhollyHidden(before)',
    'isDirectSuccessor(key, before)',
  ],
]);

const ORDER = mutants('order-gate.ts', [
  [
    'conservative way not kept',
    "const isConservative = policy.algorithm === 'conservative';",
    'const isConservative = false;',
  ],
  [
    'liberal way not kept',
    "const isConservative = policy.algorithm === 'conservative';",
    'const isConservative = true;',
  ],
  [
    'liberal way in the order of one algorithm',
    'const rivals = isConservative && hasRivals(keys, key.algorithm);',
    'const rivals = hasRivals(keys, key.algorithm);',
  ],
  [
    'conservative way without rivals',
    'const rivals = isConservative && hasRivals(keys, key.algorithm);',
    'const rivals = isConservative;',
  ],
  [
    'no order of coming',
    "return to === 'rumoured' ? mayCome(keys, transition, rivals) : mayGo(keys, transition, rivals);",
    "return to === 'rumoured' || mayGo(keys, transition, rivals);",
  ],
  [
    'no order of going',
    "return to === 'rumoured' ? mayCome(keys, transition, rivals) : mayGo(keys, transition, rivals);",
    "return to === 'unretentive' || mayCome(keys, transition, rivals);",
  ],
  [
    'observations have an order',
    "if (to !== 'rumoured' && to !== 'unretentive') return true;\n  const isConservative",
    'const isConservative',
  ],
  [
    'a DS comes before other algorithms have signed',
    "if (isConservative && record === 'ds' && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;",
    '',
  ],
  [
    'nothing comes before other algorithms have signed',
    "if (isConservative && record === 'ds' && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;",
    "if (isConservative && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;",
  ],
  [
    'a DS goes after other algorithms have signed',
    "if (isConservative && record === 'ds' && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;",
    "if (isConservative && record === 'ds' && !haveOthersSigned(keys, key.algorithm)) return false;",
  ],
  [
    'a DS comes after other algorithms the liberal way',
    "if (isConservative && record === 'ds' && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;",
    "if (record === 'ds' && to === 'rumoured' && !haveOthersSigned(keys, key.algorithm)) return false;",
  ],
  [
    'its own algorithm has to have signed before its DS',
    "key.algorithm === algorithm || key.states.dnskey === 'hidden'",
    "key.states.dnskey === 'hidden'",
  ],
  [
    'algorithms without DNSKEYs have to have signed',
    "key.algorithm === algorithm || key.states.dnskey === 'hidden'",
    'key.algorithm === algorithm',
  ],
  [
    'other algorithms have signed data alone',
    '.some(isChained) && isSigned(keys, key.algorithm)',
    '.length > 0 && isSigned(keys, key.algorithm)',
  ],
  [
    'other algorithms have signed DNSKEYs alone',
    '.some(isChained) && isSigned(keys, key.algorithm)',
    '.some(isChained)',
  ],
  [
    'observations have to keep signatures',
    "if (to !== 'rumoured' && to !== 'unretentive') return true;\n  if (policy",
    'if (policy',
  ],
  [
    'signatures kept the liberal way',
    "policy.algorithm !== 'conservative' || !hasRivals(keys, transition.key.algorithm)",
    '!hasRivals(keys, transition.key.algorithm)',
  ],
  [
    'signatures kept without rivals',
    "policy.algorithm !== 'conservative' || !hasRivals(keys, transition.key.algorithm)",
    "policy.algorithm !== 'conservative'",
  ],
  ['DNSKEYs go altogether however they came', 'if (isAltogether && !mayGoAltogether(own)) return false;', ''],
  ['signatures not kept', 'if (!mayLack && !isSigned(then, algorithm)) return false;', ''],
  [
    'missing signatures keep what comes away',
    "(to === 'rumoured' || isAltogether || isElsewhere(transition)) && !isSigned(own, algorithm);",
    '(isAltogether || isElsewhere(transition)) && !isSigned(own, algorithm);',
  ],
  [
    'missing signatures keep an algorithm that nobody wants',
    "(to === 'rumoured' || isAltogether || isElsewhere(transition)) && !isSigned(own, algorithm);",
    "(to === 'rumoured' || isElsewhere(transition)) && !isSigned(own, algorithm);",
  ],
  [
    'missing signatures keep what is elsewhere',
    "(to === 'rumoured' || isAltogether || isElsewhere(transition)) && !isSigned(own, algorithm);",
    "(to === 'rumoured' || isAltogether) && !isSigned(own, algorithm);",
  ],
  [
    'signatures may lack at any time',
    "(to === 'rumoured' || isAltogether || isElsewhere(transition)) && !isSigned(own, algorithm);",
    "(to === 'rumoured' || isAltogether || isElsewhere(transition));",
  ],
  [
    'DNSKEYs need no signature of their own',
    "return to === 'rumoured' || !isSelfSigned(own) || isSelfSigned(then);",
    'return true;',
  ],
  [
    'what comes has to be signed by itself',
    "return to === 'rumoured' || !isSelfSigned(own) || isSelfSigned(then);",
    'return !isSelfSigned(own) || isSelfSigned(then);',
  ],
  [
    'what was not signed by itself does not go',
    "return to === 'rumoured' || !isSelfSigned(own) || isSelfSigned(then);",
    "return to === 'rumoured' || isSelfSigned(then);",
  ],
  ['elsewhere: not KRRSIG', "return record === 'krrsig' || record === 'ds';", "return record === 'ds';"],
  ['elsewhere: not DS', "return record === 'krrsig' || record === 'ds';", "return record === 'krrsig';"],
  [
    'DNSKEYs that come together are judged one by one',
    "own.filter(({ goal, states }) => goal === 'omnipresent' && !isIn(states.dnskey))",
    '[key]',
  ],
  [
    'DNSKEYs that nobody wants come together with others',
    "own.filter(({ goal, states }) => goal === 'omnipresent' && !isIn(states.dnskey))",
    'own.filter(({ states }) => !isIn(states.dnskey))',
  ],
  [
    'DNSKEYs that go together are judged one by one',
    'goesAltogether(own, transition) ? own.filter(({ states }) => isIn(states.dnskey)) : [key]',
    '[key]',
  ],
  ['altogether: any record', "return record === 'dnskey' && isForsaken(own);", 'return isForsaken(own);'],
  [
    'altogether: an algorithm that is wanted',
    "return record === 'dnskey' && isForsaken(own);",
    "return record === 'dnskey';",
  ],
  [
    'altogether: only what is coming',
    'return coming.length === 0 || (coming.length === published.length && came.size === 1);',
    'return (coming.length === published.length && came.size === 1);',
  ],
  [
    'altogether: what is coming beside what is there',
    'return coming.length === 0 || (coming.length === published.length && came.size === 1);',
    'return coming.length === 0 || (came.size === 1);',
  ],
  [
    'altogether: what came at different times',
    'return coming.length === 0 || (coming.length === published.length && came.size === 1);',
    'return coming.length === 0 || (coming.length === published.length);',
  ],
  [
    'no DNSKEY at all has to be signed',
    'return published.length === 0 || published.some(({ states }) => isIn(states.krrsig));',
    'return published.some(({ states }) => isIn(states.krrsig));',
  ],
  [
    'signed by itself only when it is everywhere',
    'return published.length === 0 || published.some(({ states }) => isIn(states.krrsig));',
    "return published.length === 0 || published.some(({ states }) => states.krrsig === 'omnipresent');",
  ],
  ['an algorithm is its own rival', 'key.algorithm !== algorithm && key.states.ds', 'key.states.ds'],
  ['rivals without a DS', "key.algorithm !== algorithm && key.states.ds !== 'hidden'", 'key.algorithm !== algorithm'],
  [
    'rivals only while their DS is in',
    "key.algorithm !== algorithm && key.states.ds !== 'hidden'",
    'key.algorithm !== algorithm && isIn(key.states.ds)',
  ],
  ['order among all algorithms', 'keys.filter((key) => key.algorithm === algorithm)', 'keys'],
  [
    'DNSKEY: new only when wholly hidden',
    "other.states.dnskey === 'hidden' || other.states.dnskey === 'rumoured'",
    "other.states.dnskey === 'hidden'",
  ],
  [
    'DNSKEY: new only when coming',
    "other.states.dnskey === 'hidden' || other.states.dnskey === 'rumoured'",
    "other.states.dnskey === 'rumoured'",
  ],
  [
    'DNSKEY: new whatever there is',
    "own.every((other) => other.states.dnskey === 'hidden' || other.states.dnskey === 'rumoured')",
    'true',
  ],
  ['DNSKEY before its signatures', 'if (!hasRivalAlgorithms || !isNew) return true;', 'return true;'],
  [
    'DNSKEY after signatures without rivals',
    'if (!hasRivalAlgorithms || !isNew) return true;',
    'if (!isNew) return true;',
  ],
  [
    'DNSKEY when signatures are coming',
    "return own.some((other) => other.states.zrrsig === 'omnipresent');",
    'return own.some((other) => isIn(other.states.zrrsig));',
  ],
  [
    'DNSKEY of a new algorithm never',
    "return own.some((other) => other.states.zrrsig === 'omnipresent');",
    'return false;',
  ],
  ['KRRSIG before its DNSKEY', 'return isIn(states.dnskey);', 'return true;'],
  ['KRRSIG after its DNSKEY', 'return isIn(states.dnskey);', "return states.dnskey === 'omnipresent';"],
  ['ZRRSIG never of a published key', "return states.dnskey === 'omnipresent' || isUnused", 'return isUnused'],
  [
    'ZRRSIG with its DNSKEY',
    "return states.dnskey === 'omnipresent' || isUnused",
    'return isIn(states.dnskey) || isUnused',
  ],
  ['ZRRSIG not from the start', ' || isUnused || (isOrphaned', ' || (isOrphaned'],
  [
    'ZRRSIG from the start while a DS goes',
    "const isUnused = own.every((other) => other.states.ds === 'hidden');",
    'const isUnused = own.every((other) => !isIn(other.states.ds));',
  ],
  ['ZRRSIG not in place of lost keys', ' || (isOrphaned && isIn(states.dnskey))', ''],
  ['ZRRSIG in place of keys that are not lost', '(isOrphaned && isIn(states.dnskey))', 'isIn(states.dnskey)'],
  ['ZRRSIG in place of lost keys before its DNSKEY', '(isOrphaned && isIn(states.dnskey))', 'isOrphaned'],
  ['lost keys that do not sign any more count', 'own.filter((other) => isIn(other.states.zrrsig)).every', 'own.every'],
  [
    'compromised keys count as lost',
    ".every((other) => other.fate === 'lost')",
    ".every((other) => other.fate !== 'none')",
  ],
  ['DS with its DNSKEY', "return states.dnskey === 'omnipresent';", 'return isIn(states.dnskey);'],
  [
    'going: every key is the last',
    'const isLast = !own.some((other) => other.id !== key.id && isIn(other.states[record]));',
    'const isLast = true;',
  ],
  ['going: no key is the last', 'other.id !== key.id && isIn(other.states[record])', 'isIn(other.states[record])'],
  ['going: keys that are gone count', 'other.id !== key.id && isIn(other.states[record])', 'other.id !== key.id'],
  ['going: order without rivals', 'if (!hasRivalAlgorithms || !isLast) return true;', 'if (!isLast) return true;'],
  [
    'going: order beside others',
    'if (!hasRivalAlgorithms || !isLast) return true;',
    'if (!hasRivalAlgorithms) return true;',
  ],
  [
    'ZRRSIG goes with the DNSKEYs',
    "return own.every((other) => other.states.dnskey === 'hidden');",
    'return own.every((other) => !isIn(other.states.dnskey));',
  ],
  ['ZRRSIG goes before the DNSKEYs', "return own.every((other) => other.states.dnskey === 'hidden');", 'return true;'],
  ['KRRSIG goes before the DNSKEYs', 'return own.every((other) => !isIn(other.states.dnskey));', 'return true;'],
  [
    'KRRSIG goes after the DNSKEYs',
    'return own.every((other) => !isIn(other.states.dnskey));',
    "return own.every((other) => other.states.dnskey === 'hidden');",
  ],
]);

const EVIDENCE = mutants('evidence-gate.ts', [
  ['a person overrules the parent', "if (seen !== undefined && seen.seen !== 'unknown') return seen;", ''],
  [
    'a person is not heard',
    'return said !== undefined && said.since > (changes.ds ?? 0) ? said : seen;',
    'return seen;',
  ],
  [
    'a person is not heard where the parent is silent',
    "if (seen !== undefined && seen.seen !== 'unknown') return seen;",
    'if (seen !== undefined) return seen;',
  ],
  [
    'a person is heard only where the parent is silent',
    "if (seen !== undefined && seen.seen !== 'unknown') return seen;",
    "if (seen?.seen !== 'unknown') return seen;",
  ],
  [
    'what a person said before the decision counts',
    'return said !== undefined && said.since > (changes.ds ?? 0) ? said : seen;',
    'return said ?? seen;',
  ],
  [
    'what a person said at the decision counts',
    'return said !== undefined && said.since > (changes.ds ?? 0) ? said : seen;',
    'return said !== undefined && said.since >= (changes.ds ?? 0) ? said : seen;',
  ],
  ['gone is seen where it is there', "to === 'omnipresent' ? 'present' : 'absent'", "'present'"],
  ['there is seen where it is gone', "to === 'omnipresent' ? 'present' : 'absent'", "'absent'"],
  ['DS not looked for', 'if (sighting?.seen === wanted) return', 'if (sighting !== undefined) return'],
  [
    'a DS that parents disagree on counts',
    'if (sighting?.seen === wanted) return',
    "if (sighting?.seen === wanted || sighting?.seen === 'mixed') return",
  ],
  ['DS looked for in the zone', "if (record === 'ds') {", "if (record === ('none' as string)) {"],
  [
    'who disagrees at the parent not told',
    "place: 'parent', who: sighting?.dissent ?? [] }",
    "place: 'parent', who: [] }",
  ],
  ['file not looked at', 'if (file?.seen !== wanted) return', 'if (file === undefined) return'],
  ['who disagrees in the file not told', "place: 'file', who: file?.dissent ?? [] }", "place: 'file', who: [] }"],
  ['servers not looked at', 'if (servers?.seen !== wanted) return', 'if (servers === undefined) return'],
  [
    'servers that nobody asked will do',
    'if (servers?.seen !== wanted) return',
    'if (servers !== undefined && servers.seen !== wanted) return',
  ],
  [
    'servers that disagree will do',
    'if (servers?.seen !== wanted) return',
    "if (servers?.seen !== wanted && servers?.seen !== 'mixed') return",
  ],
  [
    'servers that did not answer will do',
    'if (servers?.seen !== wanted) return',
    "if (servers?.seen !== wanted && servers?.seen !== 'unknown') return",
  ],
  [
    'who disagrees among the servers not told',
    "place: 'servers', who: servers?.dissent ?? [] }",
    "place: 'servers', who: [] }",
  ],
  [
    'since when servers agree forgotten',
    'source: file.since, servers: servers.since }',
    'source: file.since, servers: undefined }',
  ],
  [
    'since when the file has it forgotten',
    'source: file.since, servers: servers.since }',
    'source: 0, servers: servers.since }',
  ],
  [
    'since when the file has it forgotten where servers are off',
    'source: file.since, servers: undefined }',
    'source: 0, servers: undefined }',
  ],
  [
    'since when the parent has it forgotten',
    'source: sighting.since, servers: undefined }',
    'source: 0, servers: undefined }',
  ],
]);

const TIME = [
  ...mutants('time-gate.ts', [
    [
      'DS: counted from its sighting alone',
      'const base = evidence.source < decided ? decided + timing.registrationDelay : evidence.source;',
      'const base = evidence.source;',
    ],
    [
      'DS: counted from its decision alone',
      'const base = evidence.source < decided ? decided + timing.registrationDelay : evidence.source;',
      'const base = decided;',
    ],
    [
      'DS: counted from its decision without registration delay',
      'const base = evidence.source < decided ? decided + timing.registrationDelay : evidence.source;',
      'const base = Math.max(decided, evidence.source);',
    ],
    [
      'DS: registration delay though it was seen at the decision',
      'const base = evidence.source < decided ? decided + timing.registrationDelay : evidence.source;',
      'const base = evidence.source <= decided ? decided + timing.registrationDelay : evidence.source;',
    ],
    [
      'DS: always with registration delay',
      'const base = evidence.source < decided ? decided + timing.registrationDelay : evidence.source;',
      'const base = Math.max(decided + timing.registrationDelay, evidence.source);',
    ],
    ['DS: without its TTL', 'return base + ttl + timing.parentPropagation', 'return base + timing.parentPropagation'],
    ['DS: without parent propagation', 'base + ttl + timing.parentPropagation + timing', 'base + ttl + timing'],
    ['DS: without retire safety', ' + timing.parentPropagation + timing.retireSafety', ' + timing.parentPropagation'],
    ['DS: TTL of today alone', 'largestTtl(ttls.ds, timing.dsTtl, base)', 'timing.dsTtl'],
    ['DS: TTL of the zone', 'timing.dsTtl, base', 'timing.maxZoneTtl, base'],
    [
      'zone: counted from the file alone',
      'const written = Math.max(decided, evidence.source);',
      'const written = evidence.source;',
    ],
    [
      'zone: counted from the decision alone',
      'const written = Math.max(decided, evidence.source);',
      'const written = decided;',
    ],
    ['zone: without propagation', 'Math.max(written + timing.zonePropagation, ', 'Math.max(written, '],
    [
      'zone: counted without the servers',
      'Math.max(written + timing.zonePropagation, evidence.servers ?? 0)',
      'written + timing.zonePropagation',
    ],
    [
      'zone: counted from the servers alone',
      'Math.max(written + timing.zonePropagation, evidence.servers ?? 0)',
      '(evidence.servers ?? written + timing.zonePropagation)',
    ],
    ['signatures: as DNSKEYs', "if (record === 'zrrsig') {", "if (record === ('none' as string)) {"],
    ['signatures: without the TTL', 'return base + ttl + (isRolled', 'return base + (isRolled'],
    ['signatures: TTL of today alone', 'largestTtl(ttls.zone, timing.maxZoneTtl, written)', 'timing.maxZoneTtl'],
    ['signatures: TTL of DNSKEYs', 'timing.maxZoneTtl, written', 'timing.dnskeyTtl, written'],
    ['signatures: history from the servers', 'timing.maxZoneTtl, written)', 'timing.maxZoneTtl, base)'],
    ['signatures: without retire safety', '(isRolled(key) ? timing.retireSafety : 0)', '0'],
    ['signatures: always with retire safety', '(isRolled(key) ? timing.retireSafety : 0)', 'timing.retireSafety'],
    ['a roll without a predecessor', 'predecessor !== undefined || successor', 'successor'],
    ['a roll without a successor', 'predecessor !== undefined || successor !== undefined', 'predecessor !== undefined'],
    ['DNSKEY: without the TTL', 'return base + ttl + (to', 'return base + (to'],
    ['DNSKEY: TTL of today alone', 'largestTtl(ttls.dnskey, timing.dnskeyTtl, written)', 'timing.dnskeyTtl'],
    ['DNSKEY: TTL of the zone', 'timing.dnskeyTtl, written', 'timing.maxZoneTtl, written'],
    ['DNSKEY: history from the servers', 'timing.dnskeyTtl, written)', 'timing.dnskeyTtl, base)'],
    ['DNSKEY: without publish safety', "(to === 'omnipresent' ? timing.publishSafety : 0)", '0'],
    [
      'DNSKEY: publish safety when it goes',
      "(to === 'omnipresent' ? timing.publishSafety : 0)",
      'timing.publishSafety',
    ],
    ['TTLs of long ago count', 'if (until + ttl >= base) largest', 'largest'],
    ['TTLs count until the last second but one', 'until + ttl >= base', 'until + ttl > base'],
    ['TTLs count only while in force', 'until + ttl >= base', 'until >= base'],
    ['the last TTL counts, not the largest', 'largest = Math.max(largest, ttl)', 'largest = ttl'],
  ]),
  ...mutants('intervals.ts', [
    ['Ipub without the DNSKEY TTL', 'timing.dnskeyTtl + timing.zonePropagation', 'timing.zonePropagation'],
    ['Ipub without propagation', 'timing.dnskeyTtl + timing.zonePropagation', 'timing.dnskeyTtl'],
    ['Ipub without publish safety', ' + timing.publishSafety', ''],
  ]),
];

const LIFECYCLE = mutants('lifecycle.ts', [
  [
    'keys go before those that replace them are there',
    'if (current.every((key) => key !== undefined)) turning',
    'turning',
  ],
  ['keys that nobody wants stay', 'if (current.every((key) => key !== undefined)) turning.retireAllBut(current);', ''],
  ['all keys go', "key.goal === 'omnipresent' && !wanted.includes(key.id)", "key.goal === 'omnipresent'"],
  [
    'keys that go are told to go again',
    "key.goal === 'omnipresent' && !wanted.includes(key.id)",
    '!wanted.includes(key.id)',
  ],
  ['a person’s word is not heard', 'if (rollAt !== undefined) return rollAt;', ''],
  [
    'lifetime from nowhere',
    'active === undefined || lifetime === undefined ? undefined',
    'lifetime === undefined ? undefined',
  ],
  ['lifetime forgotten', 'undefined : active + lifetime;', 'undefined : active;'],
  ['established with any record', 'OWNED_RECORDS[role].every(', 'OWNED_RECORDS[role].some('],
  ['established when it is coming', "states[record] === 'omnipresent')", "states[record] !== 'hidden')"],
  ['lost keys stay', "isOfKind(key, want) && key.fate !== 'lost');", 'isOfKind(key, want));'],
  [
    'keys that go count as there',
    "newest(candidates.filter((key) => key.goal === 'omnipresent'))",
    'newest(candidates)',
  ],
  [
    'lifetime of the old policy',
    'if (standing.lifetime !== want.lifetime) this.#change(standing.id, { lifetime: want.lifetime });',
    '',
  ],
  ['nothing comes back', 'if (leaving !== undefined) {', 'if (leaving !== undefined && leaving.id === undefined) {'],
  [
    'comes back without its goal',
    "{ goal: 'omnipresent', lifetime: want.lifetime, retired: undefined, rollAt: undefined }",
    '{ lifetime: want.lifetime, retired: undefined, rollAt: undefined }',
  ],
  [
    'comes back with its old lifetime',
    "{ goal: 'omnipresent', lifetime: want.lifetime, retired: undefined, rollAt",
    "{ goal: 'omnipresent', retired: undefined, rollAt",
  ],
  ['comes back retired', 'retired: undefined, rollAt: undefined }', 'rollAt: undefined }'],
  ['comes back to be rolled', 'retired: undefined, rollAt: undefined }', 'retired: undefined }'],
  ['comes back untold', "this.decisions.push({ kind: 'revived', key: leaving.id });", ''],
  [
    'no successor of a lost key',
    'return this.#introduce(want, candidates, lost);',
    'return this.#introduce(want, candidates, undefined);',
  ],
  [
    'successor of a lost key of another kind',
    "isOfKind(key, want) && key.fate === 'lost' && !isWhollyHidden",
    "key.fate === 'lost' && !isWhollyHidden",
  ],
  [
    'successor of a key that is not lost',
    "isOfKind(key, want) && key.fate === 'lost' && !isWhollyHidden",
    'isOfKind(key, want) && !isWhollyHidden',
  ],
  ['successor of a lost key that has gone', "key.fate === 'lost' && !isWhollyHidden(key))", "key.fate === 'lost')"],
  ['compromised and lost keys come back', "key.fate !== 'none' || key.states", 'key.states'],
  ['keys come back when their DNSKEY has left', " || key.states.dnskey === 'hidden') return false;", ') return false;'],
  ['replaced keys come back', "return successor === undefined || successor.goal === 'hidden';", 'return true;'],
  [
    'keys with a successor do not come back',
    "return successor === undefined || successor.goal === 'hidden';",
    'return successor === undefined;',
  ],
  ['successor a second early', 'if (this.#now < due) {', 'if (this.#now < due - 1) {'],
  ['successor a second late', 'if (this.#now < due) {', 'if (this.#now <= due) {'],
  ['successor at the end of the lifetime', 'const due = retirement - lead;', 'const due = retirement;'],
  [
    'wake-up for the last successor',
    'this.wakeAt = Math.min(this.wakeAt ?? due, due);',
    'this.wakeAt = Math.max(this.wakeAt ?? due, due);',
  ],
  [
    'successors pile up',
    'if (key.rollAt === undefined && !isEstablished(key)) {',
    'if (key.rollAt === undefined && isUnused(key)) {',
  ],
  [
    'a person has to wait as well',
    'if (key.rollAt === undefined && !isEstablished(key)) {',
    'if (!isEstablished(key)) {',
  ],
  [
    'established keys wait as well',
    'if (key.rollAt === undefined && !isEstablished(key)) {',
    'if (key.rollAt === undefined) {',
  ],
  ['overdue untold', 'this.overdue.push(key.id);', ''],
  [
    'nothing else goes while a successor is asked for',
    'return this.#introduce(want, candidates, key) ?? key.id;',
    'return this.#introduce(want, candidates, key);',
  ],
  [
    'successors of another kind',
    'const candidates = this.#keys.filter((other) => isOfKind(other, want));',
    'const candidates = this.#keys;',
  ],
  [
    'used keys are introduced',
    "isUnused(key) && key.files === 'whole'",
    "key.goal === 'hidden' && key.files === 'whole'",
  ],
  ['keys without files are introduced', "isUnused(key) && key.files === 'whole'", 'isUnused(key)'],
  ['unused keys are not taken', 'if (next === undefined) {\n', 'if (next === undefined || next.id !== "") {\n'],
  ['no keys asked for', "this.actions.push({ kind: 'make', role, algorithm, bits, after: before?.id });", ''],
  [
    'keys asked for without whom they follow',
    'algorithm, bits, after: before?.id }',
    'algorithm, bits, after: undefined }',
  ],
  [
    'introduced without a goal',
    "{ goal: 'omnipresent', lifetime: want.lifetime, predecessor: before?.id }",
    '{ lifetime: want.lifetime, predecessor: before?.id }',
  ],
  [
    'introduced without a lifetime',
    "goal: 'omnipresent', lifetime: want.lifetime, predecessor",
    "goal: 'omnipresent', predecessor",
  ],
  [
    'introduced without a predecessor',
    'lifetime: want.lifetime, predecessor: before?.id }',
    'lifetime: want.lifetime }',
  ],
  [
    'introduced untold',
    "this.decisions.push({ kind: 'introduced', key: next.id, ...(before === undefined ? {} : { after: before.id }) });",
    '',
  ],
  ['introduced without telling whom they follow', '...(before === undefined ? {} : { after: before.id })', ''],
  ['successor not named', 'this.#change(before.id, { successor: next.id });', ''],
  ['the old key stays', "if (before.goal === 'omnipresent') this.#retire(before);", ''],
  [
    'a lost key is told to go again',
    "if (before.goal === 'omnipresent') this.#retire(before);",
    'this.#retire(before);',
  ],
  [
    'retired without a goal',
    "this.#change(id, { goal: 'hidden', retired: this.#now });",
    'this.#change(id, { retired: this.#now });',
  ],
  [
    'retired at no time',
    "this.#change(id, { goal: 'hidden', retired: this.#now });",
    "this.#change(id, { goal: 'hidden' });",
  ],
  ['retired untold', "this.decisions.push({ kind: 'retired', key: id });", ''],
  ['any role will do', 'key.role === role && key.algorithm === algorithm', 'key.algorithm === algorithm'],
  ['any algorithm will do', 'key.role === role && key.algorithm === algorithm', 'key.role === role'],
  [
    'newest by time alone',
    'if (last === undefined || key.predecessor === last.id) return key;',
    'if (last === undefined) return key;',
  ],
  ['newest by time before succession', 'if (last.predecessor === key.id) return last;', ''],
  [
    'oldest instead of newest',
    'return time(key) > time(last) ? key : last;',
    'return time(key) < time(last) ? key : last;',
  ],
  ['newest by when it was made', 'active ?? created ?? 0', 'created ?? 0'],
  ['newest without when it was made', 'active ?? created ?? 0', 'active ?? 0'],
]);

const KEYS = mutants('roll-key.ts', [
  ['in: only in all caches', "state === 'rumoured' || state === 'omnipresent'", "state === 'omnipresent'"],
  ['in: only coming', "state === 'rumoured' || state === 'omnipresent'", "state === 'rumoured'"],
  ['wholly hidden with a DNSKEY', "return dnskey === 'hidden' && krrsig", 'return krrsig'],
  ['wholly hidden with a KRRSIG', "krrsig === 'hidden' && ", ''],
  ['wholly hidden with a ZRRSIG', "zrrsig === 'hidden' && ", ''],
  ['wholly hidden with a DS', " && ds === 'hidden';", " && ds !== ('none' as string);"],
  ['unused: somewhere', 'isWhollyHidden(key) &&\n', ''],
  ['unused: wants to come', "key.goal === 'hidden' &&\n", ''],
  ['unused: has gone', 'key.removed === undefined &&\n', ''],
  ['unused: was retired', 'key.retired === undefined &&\n', ''],
  ['unused: compromised', "key.fate === 'none' &&\n", ''],
  [
    'unused: with a history',
    "key.fate === 'none' &&\n    Object.keys(key.changes).length === 0",
    "key.fate === 'none'",
  ],
  ['a KSK owns no DS', "ksk: ['dnskey', 'krrsig', 'ds']", "ksk: ['dnskey', 'krrsig']"],
  ['a KSK owns no KRRSIG', "ksk: ['dnskey', 'krrsig', 'ds']", "ksk: ['dnskey', 'ds']"],
  ['a ZSK owns no ZRRSIG', "zsk: ['dnskey', 'zrrsig']", "zsk: ['dnskey']"],
  ['a CSK owns no ZRRSIG', "csk: ['dnskey', 'krrsig', 'zrrsig', 'ds']", "csk: ['dnskey', 'krrsig', 'ds']"],
]);

/** All of them. */
export const MUTANTS = [
  ...GATES,
  ...STEP,
  ...SAFETY,
  ...SUCCESSION,
  ...ORDER,
  ...EVIDENCE,
  ...TIME,
  ...LIFECYCLE,
  ...KEYS,
];

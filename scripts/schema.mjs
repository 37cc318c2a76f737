// Writes docs/dnssec.schema.json, for editors, from the shapes that check dnssec.yaml. Build first: it reads dist/.
import { writeFileSync } from 'node:fs';
import { configSchemaText } from '../dist/store/config-json-schema.js';

writeFileSync(new URL('../docs/dnssec.schema.json', import.meta.url), configSchemaText());

import { stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';
import type { ConditionInput } from './conditions.ts';
import { jsonataCondition } from './jsonata-condition.ts';

/** The program of the process that evaluates one condition: the question comes in on stdin, the answer goes out on stdout. */
const question = JSON.parse(await text(stdin)) as { readonly text: string; readonly input: ConditionInput };
stdout.write(JSON.stringify(await jsonataCondition(question.text, question.input)));

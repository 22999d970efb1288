// What Slack's own packages say about the methods and blocks that Clerk uses: the oracle that requests are judged by.
//
//     npm install @slack/web-api@8 @slack/types@3 typescript@5
//     node tests/oracles/slack_methods.mjs > tests/oracles/slack_methods.json      (run where node_modules is, or give it as argument)
//
// Arguments, blocks and their limits are read from the packages' types and from the descriptions in them. What no type says stands in
// FACTS and LIMITS below, each with its source.

import path from 'node:path';
import process from 'node:process';
import { createRequire } from 'node:module';

const root = path.resolve(process.argv[2] ?? '.');
const require = createRequire(path.join(root, 'package.json'));
const ts = require('typescript');

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

// Verbs and content types: docs.slack.dev/reference/methods/<method>, and what the vendor's two libraries do (slack_sdk of Python reads
// with GET, @slack/web-api sends every method as a POST form).
const writes = { http: ['POST'], content_types: [FORM_TYPE, JSON_TYPE] };
const reads = { http: ['GET', 'POST'], content_types: [FORM_TYPE, JSON_TYPE] };
const FACTS = {
  'auth.teams.list': { http: ['POST'], content_types: [FORM_TYPE] },
  'auth.test': writes,
  'chat.delete': writes,
  'chat.getPermalink': { http: ['GET'], content_types: [] },
  'chat.postEphemeral': writes,
  'chat.postMessage': writes,
  'chat.update': writes,
  'conversations.create': writes,
  'conversations.history': reads,
  'conversations.info': reads,
  'conversations.invite': writes,
  'conversations.join': writes,
  'conversations.list': reads,
  'conversations.members': reads,
  'conversations.open': writes,
  'conversations.replies': reads,
  'files.completeUploadExternal': writes,
  'files.info': reads,
  'files.getUploadURLExternal': { http: ['POST'], content_types: [FORM_TYPE] },
  'oauth.v2.access': { http: ['POST'], content_types: [FORM_TYPE] },
  'reactions.add': writes,
  'reactions.remove': writes,
  'users.info': reads,
  'users.list': reads,
  'views.open': writes,
  'views.publish': writes,
  'views.update': writes,
};

// Blocks in a message: docs.slack.dev/reference/block-kit/blocks; in a view: docs.slack.dev/reference/views. Longest text before Slack cuts
// it: docs.slack.dev/reference/methods/chat.postMessage, "Truncating content". All blocks together: github.com/slackapi/bolt-js/issues/2509.
// Name of a channel: docs.slack.dev/reference/methods/conversations.create. Characters and files of an input, and the digits of a moment:
// docs.slack.dev/reference/block-kit/block-elements.
const LIMITS = {
  blocks: 50, view_blocks: 100, text: 40000, characters_in_blocks: 13200, channel_name: 80, input_length: 3000, input_files: 10,
};

// What the documentation says otherwise than the packages: docs.slack.dev/reference/block-kit/composition-objects/option-object.
const NEWER = { PlainTextOption: { value: { longest: 150 } }, MrkdwnOption: { value: { longest: 150 } } };

// Blocks, elements and views that Clerk sends; a field that holds anything else is left out, so that using it is found.
const SHAPES = [
  'ActionsBlock', 'ContextBlock', 'DividerBlock', 'HeaderBlock', 'InputBlock', 'RichTextBlock', 'SectionBlock',
  'Button', 'Checkboxes', 'ConversationsSelect', 'DateTimepicker', 'FileInput', 'PlainTextInput', 'StaticSelect', 'UsersSelect',
  'ConfirmationDialog', 'DispatchActionConfig', 'PlainTextElement', 'PlainTextOption', 'MrkdwnElement', 'MrkdwnOption',
  'RichTextSection', 'RichTextText', 'RichTextLink', 'RichTextUserMention', 'RichTextChannelMention', 'RichTextDate',
  'HomeView', 'ModalView',
];

const entry = path.join(root, 'slack_methods_entry.ts');
const source = `import { WebClient } from '@slack/web-api';
import type { ${SHAPES.join(', ')} } from '@slack/types';
export declare const client: WebClient;
${SHAPES.map((name) => `export declare const ${name}_: ${name};`).join('\n')}`;

const options = {
  strict: true, noEmit: true, skipLibCheck: true, types: [],
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022,
};
const host = ts.createCompilerHost(options);
const { readFile, fileExists, getSourceFile } = host;
host.readFile = (name) => (name === entry ? source : readFile.call(host, name));
host.fileExists = (name) => name === entry || fileExists.call(host, name);
host.getSourceFile = (name, ...rest) =>
  name === entry ? ts.createSourceFile(name, source, rest[0]) : getSourceFile.call(host, name, ...rest);
const program = ts.createProgram([entry], options, host);
const checker = program.getTypeChecker();
const file = program.getSourceFile(entry);
const exported = new Map(checker.getExportsOfModule(checker.getSymbolAtLocation(file)).map((each) => [each.name, each]));
const typeOf = (symbol) => checker.getTypeOfSymbolAtLocation(symbol, file);

const is = (type, flag) => (type.flags & flag) !== 0;
const parts = (type) => (type.isUnion() ? type.types : [type]);
const real = (type) => parts(type).filter((each) => !is(each, ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Never));

// What a value may be. Null when it can only be something that is not kept.
function kind(type, depth = 0) {
  const kinds = [];
  const add = (found) => {
    if (found && !kinds.some((known) => JSON.stringify(known) === JSON.stringify(found))) kinds.push(found);
  };
  const words = [];
  for (const each of real(type)) {
    if (is(each, ts.TypeFlags.StringLiteral)) words.push(each.value);
    else if (is(each, ts.TypeFlags.EnumLiteral) && typeof each.value === 'string') words.push(each.value);
    else if (is(each, ts.TypeFlags.BooleanLike)) add('boolean');
    else if (is(each, ts.TypeFlags.StringLike)) add('string');
    else if (is(each, ts.TypeFlags.NumberLike)) add('number');
    else if (checker.isArrayType(each) || checker.isTupleType(each)) {
      const items = kind(checker.getTypeArguments(each)[0], depth + 1);
      if (items) add({ list: items });
    } else add(object(each, depth));
  }
  if (words.length > 0 && !kinds.includes('string')) kinds.unshift({ words: words.sort() });
  if (kinds.length === 0) return null;
  return kinds.length === 1 ? kinds[0] : { any: kinds };
}

// Shapes are named; small objects without a name stand where they are used.
function object(type, depth) {
  const name = type.aliasSymbol?.name ?? type.symbol?.name;
  if (SHAPES.includes(name)) return { object: name };
  if (name === 'Block' || name === 'KnownBlock') return null;
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  if (index) return { map: kind(index.type, depth + 1) ?? 'anything' };
  const tag = checker.getPropertyOfType(type, 'type');
  const isForeign = /^Entity|Attachment$/.test(name ?? '') || (tag && is(typeOf(tag), ts.TypeFlags.StringLiteral));
  return isForeign ? null : { fields: fields([type], depth + 1) };
}

function limits(text) {
  const number = (pattern) => Number(text.match(pattern)?.[1]?.replaceAll(',', '') ?? NaN);
  const found = {};
  const longest = number(/[Mm]ax(?:imum)? length\b[^.]*?\b(\d[\d,]*)(?:\s+characters)?/);
  const most = number(/[Mm]ax(?:imum)? (?:of|number of items is|number of options is|number of items allowed is)\s+(\d+)/);
  const shortest = number(/[Mm]inimum length is (\d+)/);
  if (longest) found.longest = longest;
  if (most) found.most = most;
  if (shortest) found.shortest = shortest;
  return found;
}

function description(symbol) {
  const tags = symbol.getJsDocTags(checker).flatMap((tag) => tag.text ?? []);
  return [...symbol.getDocumentationComment(checker), ...tags].map((part) => part.text).join(' ').replace(/\s+/g, ' ');
}

// Fields of an object, or of all objects of a union: required is what every one of them requires.
function fields(types, depth = 0) {
  const all = {};
  for (const type of types) {
    for (const symbol of checker.getPropertiesOfType(type)) {
      const found = kind(typeOf(symbol), depth);
      if (!found) continue;
      const known = all[symbol.name];
      const isSame = !known || JSON.stringify(known.kind) === JSON.stringify(found);
      all[symbol.name] = { kind: isSame ? found : merged(known.kind, found), ...limits(description(symbol)) };
    }
  }
  for (const name of Object.keys(all)) {
    if (types.every((type) => isRequired(type, name))) all[name].required = true;
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function merged(one, other) {
  const all = [one, other].flatMap((each) => each.any ?? [each]);
  const once = all.filter((each, at) => all.findIndex((same) => JSON.stringify(same) === JSON.stringify(each)) === at);
  return { any: once };
}

function isRequired(type, name) {
  const symbol = checker.getPropertyOfType(type, name);
  return Boolean(symbol) && !(symbol.flags & ts.SymbolFlags.Optional);
}

// Smallest sets of arguments of which one must be there, beyond what is always required.
function alternatives(types, always) {
  const sets = types.map((type) => {
    const required = checker.getPropertiesOfType(type).map((symbol) => symbol.name).filter((name) => isRequired(type, name));
    return required.filter((name) => !always.includes(name)).sort();
  });
  const smallest = sets.filter((set) => !sets.some((other) => other.length < set.length && other.every((name) => set.includes(name))));
  const once = smallest.filter((set, at) => smallest.findIndex((same) => String(same) === String(set)) === at);
  return once.some((set) => set.length === 0) ? undefined : once;
}

function method(name) {
  let type = typeOf(exported.get('client'));
  for (const step of name.split('.')) type = typeOf(checker.getPropertyOfType(type, step));
  const parameter = type.getCallSignatures()[0].parameters[0];
  const variants = real(typeOf(parameter));
  const args = fields(variants);
  const always = Object.keys(args).filter((each) => args[each].required);
  return { ...FACTS[name], arguments: args, one_of: alternatives(variants, always) };
}

function block(name) {
  const found = fields(real(typeOf(exported.get(`${name}_`))));
  for (const [field, limits] of Object.entries(NEWER[name] ?? {})) Object.assign(found[field], limits);
  return found;
}
const version = (name) => `${name} ${require(`${name}/package.json`).version}`;
console.log(JSON.stringify({
  source: [version('@slack/web-api'), version('@slack/types')],
  limits: LIMITS,
  methods: Object.fromEntries(Object.keys(FACTS).map((name) => [name, method(name)])),
  shapes: Object.fromEntries(SHAPES.map((name) => [name, block(name)])),
}, null, 1));

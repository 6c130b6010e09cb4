// The peer of bench/render.cpp: the usual renderer of outreach tools, one regular expression for merge fields and one for
// spintax, inside out. Prints renderings a second. The template and the leads are those of render.cpp.
'use strict';

const LEADS = 1000;
const ROUNDS = 60;

const template =
  '<p>{Hi|Hello|Good morning} {{first_name | default: "there"}},</p><p>{I saw|I noticed|We noticed} that ' +
  '{{company_name}} is {growing|hiring} in {{city}}. {Teams like yours|Companies in {{industry}}} often lose ' +
  '{hours|days} every week on {returns|empty runs|paperwork}, and {{company_name}} may be {one of them|no ' +
  'exception}.</p><p>{Worth a call|Open to a short call|Shall we talk} this week? I can show {you|you, ' +
  '{{first_name}},} what we did for others.</p><p>Sam</p>';

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text) => text.replace(/[&<>"']/g, (c) => entities[c]);

function makeLeads() {
  return Array.from({ length: LEADS }, (_, i) => ({
    email: `lead${i}@example.com`,
    last_name: `Lovelace${i}`,
    phone_number: `+1 555 ${i}`,
    website: `https://company${i}.example.com`,
    first_name: i % 10 === 0 ? '' : `Ada${i}`,
    company_name: `Engines & Sons ${i}`,
    city: 'New York',
    industry: 'Logistics',
  }));
}

let state = 1;
function draw(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * limit);
}

function render(lead) {
  const merged = template.replace(/\{\{\s*(\w+)\s*(?:\|\s*default:\s*"([^"]*)"\s*)?\}\}/g, (_, name, fallback) =>
    escapeHtml(lead[name.toLowerCase()] || fallback || ''),
  );
  const block = /\{([^{}]*\|[^{}]*)\}/g;
  let text = merged;
  while (block.test(text)) {
    block.lastIndex = 0;
    text = text.replace(block, (_, inside) => {
      const alternatives = inside.split('|');
      return alternatives[draw(alternatives.length)];
    });
  }
  return text;
}

const leads = makeLeads();
for (const lead of leads) render(lead); // warm
let bytes = 0;
const start = process.hrtime.bigint();
for (let round = 0; round < ROUNDS; ++round) for (const lead of leads) bytes += render(lead).length;
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
if (bytes === 0) process.exit(1);
console.log(((ROUNDS * LEADS) / seconds).toFixed(0));

'use strict';

const byId = (id) => document.getElementById(id);
const RATE_SECONDS = 10;
let samples = [];

/* Every text of a tweet goes through textContent, and a bidi mark cannot leave its element. */
function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/* Where a label is known by a colour; others get one from their letters, the same each time. */
const HUES = {anger: 5, disgust: 85, fear: 275, joy: 45, sadness: 215, surprise: 180, negative: 350, positive: 140};

function coloured(node, label) {
  const letters = [...label].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  node.style.setProperty('--hue', HUES[label] ?? letters);
  node.style.setProperty('--chroma', label === 'neutral' ? '0%' : '65%');
  return node;
}

function bar(label, count, total) {
  const row = element('div', 'bar');
  const meter = coloured(element('progress'), label);
  meter.max = Math.max(total, 1);
  meter.value = count;
  meter.title = `${label}: ${count} of ${total}`;
  row.append(element('span', '', label), meter, element('span', 'count', count.toLocaleString('en')));
  return row;
}

function showLabels(labels) {
  const section = element('section');
  for (const [classifier, counts] of Object.entries(labels)) {
    section.append(element('h2', '', classifier));
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    for (const [label, count] of Object.entries(counts)) section.append(bar(label, count, total));
  }
  byId('labels').replaceChildren(...section.childNodes);
}

function showTweets(newest) {
  byId('tweets').replaceChildren(...newest.map((tweet) => {
    const item = element('li');
    const author = tweet.author;
    item.append(element('bdi', 'author', author && author.username ? `@${author.username} ` : ''));
    item.append(element('bdi', '', tweet.text));
    for (const [name, answer] of Object.entries(tweet.classifications)) {
      const best = answer.scores && answer.scores[0];
      const label = element('span', 'label', `${name}: ${best ? `${best.label} ${Math.round(best.score * 100)} %` : 'no label'}`);
      if (best) coloured(label, best.label);
      label.title = answer.model;
      item.append(label);
    }
    return item;
  }));
}

function show(state) {
  const now = performance.now();
  samples = samples.filter((sample) => now - sample.time <= RATE_SECONDS * 1000);
  if (samples.length > 0) {
    const rate = (state.stored - samples[0].stored) * 1000 / (now - samples[0].time);
    byId('rate').textContent = Math.round(rate).toLocaleString('en');
  }
  samples.push({time: now, stored: state.stored});
  byId('phase').textContent = state.phase;
  for (const id of ['read', 'stored', 'deadLettered', 'skipped']) byId(id).textContent = state[id].toLocaleString('en');
  if (state.expected > 0) {
    byId('progress').max = state.expected;
    byId('progress').value = state.stored;
  } else {
    byId('progress').removeAttribute('value');
  }
  showLabels(state.labels);
  showTweets(state.newest);
}

async function refresh() {
  let state = null;
  try {
    state = await (await fetch('state.json')).json();
  } catch (gone) {
    byId('phase').textContent = 'the demo has ended';
  }
  if (state) show(state);
  setTimeout(refresh, 1000);
}

refresh();

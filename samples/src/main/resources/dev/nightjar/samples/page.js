'use strict';

const byId = (id) => document.getElementById(id);
let lastStored = null;
let lastTime = 0;

/* Every text of a tweet goes through textContent, and a bidi mark cannot leave its element. */
function element(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function bar(label, count, total) {
  const row = element('div', 'bar');
  const meter = element('meter');
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
  byId('tweets').replaceChildren(...newest.map((record) => {
    const item = element('li');
    const author = record.tweet.author;
    item.append(element('bdi', 'author', author && author.username ? `@${author.username} ` : ''));
    item.append(element('bdi', '', record.tweet.text));
    for (const [name, answer] of Object.entries(record.classifications)) {
      const best = answer.scores && answer.scores[0];
      const label = element('span', 'label', best ? `${best.label} ${Math.round(best.score * 100)} %` : 'no label');
      label.title = `${name}, ${answer.model}`;
      item.append(label);
    }
    return item;
  }));
}

async function refresh() {
  try {
    const state = await (await fetch('state.json')).json();
    const now = performance.now();
    if (lastStored !== null && now > lastTime) {
      byId('rate').textContent = Math.round((state.stored - lastStored) * 1000 / (now - lastTime)).toLocaleString('en');
    }
    lastStored = state.stored;
    lastTime = now;
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
  } catch (failure) {
    byId('phase').textContent = 'the demo has ended';
  }
  setTimeout(refresh, 1000);
}

refresh();

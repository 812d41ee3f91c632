'use strict';

const byId = (id) => document.getElementById(id);
const SILENCE_MILLIS = 15000;
const MOST_OPTIONS = 100;
const NO_LABEL = '(no label)';

/* Every text of others goes through textContent; a bidi mark cannot leave its element. */
function element(name, className, ...content) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...content);
  return node;
}

/* Paul Tol's muted colours, which the colour-blind can tell apart, lighter in the dark; other labels get the rest in turn. */
const COLOURS = {
  anger: '#882255', disgust: '#999933', fear: '#aa4499', joy: '#ddcc77', sadness: '#332288', surprise: '#88ccee',
  negative: '#cc6677', neutral: '#b4bac6', positive: '#44aa99', [NO_LABEL]: '#e6e9ef',
};
const DARK = {anger: '#c0447f', fear: '#cc66bb', sadness: '#6a5fd6', neutral: '#8b94a5', [NO_LABEL]: '#2a3343'};
const NO_ANSWER = {
  blank: 'there is nothing to read', unreadable: 'the model knows too little of it', 'too-large': 'the text is too long', 'model-fault': 'the model failed on it',
  uncertain: 'the best score is too low', language: 'the model does not read this language',
};
const SPARE = ['#117733', '#e69f00', '#0072b2', '#d55e00', '#661100', '#6699cc'];
const dark = matchMedia('(prefers-color-scheme: dark)');
const spared = new Map();

function colour(label) {
  if (dark.matches && Object.hasOwn(DARK, label)) return DARK[label];
  if (Object.hasOwn(COLOURS, label)) return COLOURS[label];
  if (!spared.has(label)) spared.set(label, SPARE[spared.size % SPARE.length]);
  return spared.get(label);
}

function swatch(label) {
  const node = element('span', 'swatch');
  node.style.setProperty('--label', colour(label));
  return node;
}

const whole = (number) => Math.round(number).toLocaleString('en');
const percent = (share) => share > 0 && share < .005 ? '<1 %' : `${Math.round(share * 100)} %`;
const tweetsOf = (count) => `${whole(count)} ${count === 1 ? 'tweet' : 'tweets'}`;
const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const minute = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit'});
const day = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short'});
const date = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', year: 'numeric'});
const languages = new Intl.DisplayNames('en', {type: 'language'});

function duration(millis) {
  if (millis < 1000) return [whole(millis), 'ms'];
  if (millis < 120000) return [(millis / 1000).toFixed(1), 's'];
  return [whole(millis / 60000), 'min'];
}

function language(code) {
  if (code === 'und') return 'not known';
  try {
    return languages.of(code);
  } catch (unknown) {
    return code.slice(0, 20);
  }
}

function put(id, value, unit) {
  byId(id).replaceChildren(value, ...(unit ? [element('small', '', unit)] : []));
}

/* Makes the children of a list these nodes and moves only what is not in place, so that the focus stays. */
function arrange(list, nodes) {
  nodes.forEach((node, at) => {
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
  while (list.children.length > nodes.length) list.lastElementChild.remove();
}

/* ---- The connection ---- */

let events = null;
let last = null;
let heard = Date.now();
let waiting = null;
let asked = true;
const tweets = new Map();

function parameters() {
  const [classifier, label] = byId('label').value ? JSON.parse(byId('label').value) : ['', ''];
  const all = {minutes: byId('minutes').value, classifier, label};
  for (const id of ['lang', 'hashtag', 'text']) all[id] = byId(id).value;
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value));
}

function connect() {
  asked = true;
  if (events) events.close();
  tweets.clear();
  events = new EventSource(`events?${parameters()}`);
  events.addEventListener('state', (event) => receive(JSON.parse(event.data)));
  events.addEventListener('fault', (event) => {
    heard = Date.now();
    say('fault', 'Store does not answer', `${event.data} What you see is what was stored ${since()}; the page goes on by itself.`);
  });
  events.onerror = () => {
    disconnected();
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  };
}

const since = () => last ? `by ${clock.format(last.at)}` : 'before';

function disconnected() {
  const over = last && last.finished;
  say(over ? 'finished' : 'disconnected', over ? 'Finished' : 'Disconnected', last
    ? `Nightjar ${over ? 'has ended' : 'does not answer'}. What you see is what was stored ${since()}.`
    : 'Nightjar does not answer. Is it running? The page goes on by itself.');
}

function say(state, status, notice) {
  document.body.dataset.state = state;
  if (state !== 'live') byId('details').textContent = '';
  if (byId('status').textContent !== status) byId('status').textContent = status;
  if (byId('notice').textContent !== notice) byId('notice').textContent = notice;
  byId('notice').hidden = !notice;
}

function receive(state) {
  heard = Date.now();
  state.at = new Date();
  const fresh = state.tweets.filter((tweet) => typeof tweet !== 'string');
  fresh.forEach((tweet) => tweets.set(tweet.id, tweet));
  state.tweets = state.tweets.map((tweet) => typeof tweet === 'string' ? tweets.get(tweet) : tweet);
  const kept = new Set(state.tweets.map((tweet) => tweet.id));
  for (const id of tweets.keys()) if (!kept.has(id)) tweets.delete(id);
  const paused = byId('pause').getAttribute('aria-pressed') === 'true';
  /* Who asks for something else while it is paused gets the answer. */
  if (asked || !paused) show(state);
  asked = false;
  if (paused) {
    waiting = state;
    say('paused', 'Paused', `Paused at ${clock.format(last ? last.at : state.at)}; ${tweetsOf(state.stored - (last ? last.stored : 0))} stored since.`);
  }
}

/* ---- What is shown ---- */

function show(state) {
  last = state;
  const [phase, ...details] = (state.phase || `watching ${state.store}`).split(' | ');
  say(state.finished ? 'finished' : 'live', capital(phase), '');
  byId('details').textContent = details.join(' \u00b7 ');
  showNumbers(state);
  if (state.window) {
    showCharts(state);
    for (const id of ['hashtags', 'words']) showBars(id, state.window[id], (text) => id === 'hashtags' ? `#${text}` : text);
    showBars('languages', state.window.languages, language);
    showModels(state.window.models);
  }
  showOptions(state);
  showTweets(state);
  showLetters(state.deadLetters);
  byId('footer').textContent = `As stored at ${clock.format(state.at)}. Charts, hashtags, words and languages: ${coverage(state.window)} of the time shown${state.window && state.window.sampled ? ', up to 200 of each of 60 steps' : ''}.`;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function coverage(shown) {
  if (!shown) return 'not known yet';
  if (shown.newestOnly) return `the newest ${tweetsOf(shown.tweets)} alone`;
  if (shown.reading) return `reading, so far ${tweetsOf(shown.tweets)}`;
  return shown.sampled ? `a sample of ${tweetsOf(shown.tweets)}` : `all ${tweetsOf(shown.tweets)}`;
}

function showNumbers(state) {
  put('stored', whole(state.stored));
  byId('storedNote').textContent = state.published < 0 ? 'tweets'
    : state.expected > 0 ? `tweets; ${whole(state.published)} of ${whole(state.expected)} published` : `tweets; ${whole(state.published)} published by this run`;
  put('perSecond', state.perSecond < 10 ? state.perSecond.toFixed(1) : whole(state.perSecond), 'tweets/s');
  if (state.latency) {
    put('latency', ...duration(state.latency.median));
    byId('latencyNote').textContent = `written to seen: median of the newest ${whole(state.latency.of)}; 95 % within ${duration(state.latency.p95).join(' ')}`;
  } else {
    put('latency', '–');
    byId('latencyNote').textContent = 'not known: no tweet of this minute is stored';
  }
  document.querySelectorAll('.numbers [data-run]').forEach((card) => { card.hidden = !state.phase; });
  put('lag', state.lag < 0 ? '–' : whole(state.lag), state.lag < 0 ? '' : 'tweets');
  const dead = state.deadLetters.reduce((sum, letter) => sum + letter.count, 0);
  put('dead', whole(dead));
  byId('deadNote').textContent = (dead ? 'records set aside' : 'none set aside') + (state.skipped ? `; ${whole(state.skipped)} passed over on purpose` : '');
}

function showBars(id, counts, name) {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  const items = counts.map(([text, count]) => {
    const key = JSON.stringify([text, count, count / most]);
    const item = [...byId(id).children].find((old) => old.dataset.key === key) ?? element('li', '', filterButton(name(text), id, text), element('b', '', whole(count)));
    item.dataset.key = key;
    item.style.setProperty('--share', `${100 * count / most}%`);
    return item;
  });
  arrange(byId(id), items.length ? items : [element('li', 'note', 'None yet.')]);
}

function filterButton(text, kind, value) {
  const button = element('button', 'link', element('bdi', '', text));
  button.type = 'button';
  button.title = `Show tweets with ${text}`;
  button.addEventListener('click', () => filterBy({hashtags: 'hashtag', words: 'text', languages: 'lang'}[kind], value));
  return button;
}

function filterBy(id, value) {
  const input = byId(id);
  if (input.tagName === 'SELECT' && ![...input.options].some((option) => option.value === value)) input.add(new Option(value, value));
  input.value = value;
  connect();
}

function showModels(models) {
  const items = Object.entries(models).flatMap(([classifier, counts]) => Object.entries(counts)
    .map(([model, count]) => element('li', '', element('strong', '', classifier), ' by ', element('bdi', '', model), element('span', 'note', ` ${tweetsOf(count)}`))));
  byId('models').replaceChildren(...(items.length ? items : [element('li', 'note', 'None yet.')]));
}

function showOptions(state) {
  const labels = Object.entries(state.labels).flatMap(([classifier, counts]) => Object.keys(counts).map((label) => [JSON.stringify([classifier, label]), `${classifier}: ${label}`]));
  const langs = (state.window ? state.window.languages : []).map(([code]) => [code, language(code)]).filter(([code]) => code !== 'und');
  for (const [id, options] of [['label', labels], ['lang', langs]]) {
    const there = new Set([...byId(id).options].map((option) => option.value));
    options.filter(([value]) => !there.has(value)).slice(0, Math.max(0, MOST_OPTIONS - there.size)).forEach(([value, text]) => byId(id).add(new Option(text, value)));
  }
}

function chip(classifier, answer) {
  const best = answer.scores && answer.scores[0];
  const label = best ? best.label : NO_LABEL;
  const node = element('button', 'chip', swatch(label), element('span', '', `${classifier}`), best ? `${label} ${percent(best.score)}` : `no label${answer.rejected ? `: ${answer.rejected}` : ''}`);
  node.type = 'button';
  node.title = `Show tweets that are ${label} by ${answer.model}`;
  node.addEventListener('click', () => filterBy('label', JSON.stringify([classifier, label])));
  return node;
}

function when(text) {
  const at = new Date(text);
  const node = element('time', '', Date.now() - at < 86400000 ? clock.format(at) : `${date.format(at)}, ${minute.format(at)}`);
  node.dateTime = text;
  return node;
}

function tweetItem(tweet) {
  const by = element('div', 'by');
  if (tweet.author && tweet.author.username) by.append(element('bdi', '', `@${tweet.author.username}`));
  const open = element('button', 'link open', 'Details');
  open.type = 'button';
  open.setAttribute('aria-label', `Details of the tweet ${tweet.id}`);
  open.addEventListener('click', () => openTweet(tweet));
  by.append(when(tweet.created_at), open);
  const words = element('p', 'words', tweet.text.slice(0, 2000));
  words.dir = 'auto';
  if (tweet.lang) words.lang = tweet.lang.slice(0, 20);
  const chips = element('div', 'chips', ...Object.entries(tweet.classifications ?? {}).map(([classifier, answer]) => chip(classifier, answer)));
  const item = element('li', '', by, words, chips);
  item.tweet = tweet;
  return item;
}

function showTweets(state) {
  const there = new Map([...byId('tweets').children].map((item) => [item.tweet, item]));
  arrange(byId('tweets'), state.tweets.map((tweet) => there.get(tweet) ?? tweetItem(tweet)));
  const filtered = ['label', 'lang', 'hashtag', 'text'].some((id) => byId(id).value);
  byId('found').textContent = state.searched === 0 ? 'Nothing is stored yet. Tweets appear here by themselves.'
    : !state.tweets.length ? `None of the newest ${tweetsOf(state.searched)} is like that. Clear a filter, or wait.`
    : filtered ? `${state.tweets.length === 50 ? 'The newest 50' : `All ${state.tweets.length}`} of that kind among the newest ${tweetsOf(state.searched)}`
    : `The newest ${state.tweets.length} of ${tweetsOf(state.stored)}`;
}

function showLetters(letters) {
  byId('letters').hidden = !letters.length;
  const most = Math.max(1, ...letters.map((letter) => letter.count));
  byId('reasons').replaceChildren(...letters.map((letter) => {
    const button = element('button', 'link', letter.reason);
    button.type = 'button';
    button.disabled = letter.original === undefined;
    button.title = 'Open the newest of them';
    button.addEventListener('click', () => openLetter(letter));
    const item = element('li', '', button, element('b', '', whole(letter.count)));
    item.style.setProperty('--share', `${100 * letter.count / most}%`);
    return item;
  }));
}

/* ---- Charts ---- */

const charts = new Map();

function showCharts(state) {
  const names = Object.keys(state.window.shares);
  if (names.length === 0) return;
  byId('charts').querySelector('.empty')?.remove();
  for (const [name, chart] of charts) {
    if (!names.includes(name)) {
      chart.section.remove();
      charts.delete(name);
    }
  }
  for (const name of names) {
    if (!charts.has(name)) charts.set(name, chart(name));
    charts.get(name).show(state.window, state.labels[name] ?? {});
  }
}

function axisTime(window) {
  return (plot, splits) => splits.map((seconds) => {
    const at = new Date(seconds * 1000);
    return window.minutes > 1440 ? day.format(at) : window.minutes > 5 ? minute.format(at) : clock.format(at);
  });
}

function chart(name) {
  const title = element('h2', '', capital(name));
  title.id = `chart-${name}`;
  const hint = element('p', 'note');
  const place = element('div', 'plot');
  place.setAttribute('role', 'img');
  const table = element('table', 'legend');
  const section = element('section', 'card', element('div', 'head', title, hint), place, table);
  section.setAttribute('aria-labelledby', title.id);
  byId('charts').append(section);
  let plot = null;
  let drawn = '';
  let sums = [];
  let shown = null;

  function tell(cursor) {
    const at = Math.min(cursor, 59);
    const counts = shown.labels.map((label) => shown.window.shares[name][label][at] ?? 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const best = shown.labels.map((label, i) => [label, counts[i]]).sort((a, b) => b[1] - a[1]).slice(0, 2);
    hint.textContent = `${minute.format(new Date(shown.window.begin + at * shown.window.step))}: ${total ? best.map(([label, count]) => `${label} ${percent(count / total)}`).join(', ') : 'no tweets'}`;
  }

  function make(labels) {
    const style = getComputedStyle(document.body);
    const axis = {stroke: style.getPropertyValue('--quiet'), grid: {stroke: style.getPropertyValue('--line'), width: 1}, ticks: {show: false}, font: '12px system-ui, sans-serif'};
    const bars = uPlot.paths.bars({size: [1, 60], align: 1, gap: 0});
    place.replaceChildren();
    plot = new uPlot({
      width: place.clientWidth, height: place.clientHeight, legend: {show: false}, cursor: {points: {show: false}, y: false}, padding: [8, 32, 0, 0],
      scales: {y: {range: [0, 1]}},
      axes: [{...axis, space: 56, size: 28, values: (...all) => axisTime(shown.window)(...all)}, {...axis, size: 46, splits: [0, .25, .5, .75, 1], values: (chart, splits) => splits.map(percent)}],
      series: [{}, ...labels.map((label) => ({label, fill: colour(label), stroke: colour(label), width: 0, paths: bars, points: {show: false}}))],
      hooks: {setCursor: [(chart) => chart.cursor.idx == null ? showSpan() : tell(chart.cursor.idx)]},
    }, sums, place);
  }

  const showSpan = () => { hint.textContent = span(shown.window); };
  new ResizeObserver(() => plot && plot.setSize({width: place.clientWidth, height: place.clientHeight})).observe(place);

  return {
    section,
    redraw() { drawn = ''; },
    show(window, all) {
      const labels = Object.keys(window.shares[name]).sort((a, b) => (a === NO_LABEL) - (b === NO_LABEL));
      const steps = window.shares[name][labels[0]].length;
      const totals = Array.from({length: steps}, (_, at) => labels.reduce((sum, label) => sum + window.shares[name][label][at], 0));
      shown = {window, labels};
      /* Each bar reaches from the ground to the top of its label, the highest drawn first. */
      const tops = [];
      let below = totals.map(() => 0);
      for (const label of labels) {
        below = below.map((sum, at) => sum + window.shares[name][label][at]);
        tops.push(below.map((sum, at) => totals[at] ? sum / totals[at] : null));
      }
      /* A step more, without a bar, so that the last has its room. */
      sums = [[...totals, 0].map((_, at) => (window.begin + at * window.step) / 1000), ...tops.reverse().map((top) => [...top, null])];
      const key = JSON.stringify([labels, window.minutes, dark.matches]);
      if (key !== drawn) {
        make([...labels].reverse());
        drawn = key;
      } else {
        const zoomed = plot.scales.x.min > plot.data[0][0] || plot.scales.x.max < plot.data[0][plot.data[0].length - 1];
        plot.setData(sums, !zoomed);
        if (zoomed) plot.redraw();
      }
      if (plot.cursor.idx == null) showSpan();
      place.setAttribute('aria-label', `The shares of ${name} over ${span(window)}; the table has the sums`);
      legend(window, all, labels, totals.reduce((sum, count) => sum + count, 0));
    },
  };

  function legend(window, all, labels, total) {
    const head = element('thead', '', element('tr', '', ...['Label', 'In this time', 'In the store'].map((text) => {
      const cell = element('th', '', text);
      cell.scope = 'col';
      return cell;
    })));
    const rows = labels.map((label) => {
      const count = window.shares[name][label].reduce((sum, more) => sum + more, 0);
      const first = element('th', '', swatch(label), element('bdi', '', label));
      first.scope = 'row';
      return element('tr', '', first, element('td', '', total ? percent(count / total) : '–'), element('td', '', whole(all[label] ?? 0)));
    });
    table.replaceChildren(head, element('tbody', '', ...rows));
  }
}

function span(window) {
  const end = new Date(window.begin + 60 * window.step);
  const length = {5: '5 minutes', 60: '1 hour', 360: '6 hours', 1440: '1 day', 10080: '7 days'}[window.minutes];
  return `${length} to ${Date.now() - end < 86400000 ? '' : `${date.format(end)}, `}${minute.format(end)}; ${coverage(window)}`;
}

/* ---- What is opened ---- */

function openDialog(title, ...content) {
  byId('dialogTitle').textContent = title;
  byId('dialogBody').replaceChildren(...content);
  byId('dialogBody').scrollTop = 0;
  byId('dialog').showModal();
}

function facts(pairs) {
  return element('dl', 'facts', ...pairs.filter(([, value]) => value !== undefined && value !== null && value !== '').flatMap(([name, value]) => [element('dt', '', name), element('dd', '', element('bdi', '', value))]));
}

function openTweet(tweet) {
  const metrics = Object.entries(tweet.public_metrics ?? {}).map(([name, count]) => `${whole(count)} ${name.replace('_count', '').replace('reply', 'replie')}${count === 1 && !name.startsWith('reply') ? '' : 's'}`).join(', ');
  const text = element('p', 'full', tweet.text);
  text.dir = 'auto';
  text.tabIndex = 0;
  openDialog('Tweet', text, facts([
    ['Author', tweet.author && tweet.author.username ? `@${tweet.author.username}` : null], ['Written', new Date(tweet.created_at).toISOString()], ['Language', tweet.lang ? language(tweet.lang) : null],
    ['Id', tweet.id], ['Metrics', metrics],
  ]), ...Object.entries(tweet.classifications ?? {}).map(([classifier, answer]) => {
    const scores = element('ol', 'bars', ...(answer.scores ?? []).map((score) => {
      const item = element('li', '', element('span', '', swatch(score.label), score.label), element('b', '', `${(score.score * 100).toFixed(1)} %`));
      item.style.setProperty('--share', `${100 * score.score}%`);
      return item;
    }));
    const why = element('div', 'why', ...(answer.scores ? [element('p', 'note', 'Asking the model what moved it.')] : []));
    why.dataset.classifier = classifier;
    why.setAttribute('role', 'status');
    return element('section', 'scores', element('h2', '', capital(classifier)), element('p', 'note', `by ${answer.model}${answer.truncated ? '; it read the beginning only' : ''}`),
      answer.scores ? scores : element('p', '', `No label: ${NO_ANSWER[answer.rejected] ?? answer.rejected ?? 'the model gave none'}`), why);
  }));
  explain(tweet, [...byId('dialogBody').querySelectorAll('.why')]);
}

/* What is opened instead meanwhile has other places, so a late answer is seen by nobody. */
async function explain(tweet, places) {
  let answer = {};
  let fault = 'Nightjar does not answer, so what moved the label is not known.';
  try {
    const response = await fetch(`explanation?${new URLSearchParams({id: tweet.id})}`);
    if (response.ok) answer = await response.json();
    else fault = await response.text() || fault;
  } catch (unreachable) { /* is said */ }
  for (const place of places) {
    const best = (tweet.classifications[place.dataset.classifier].scores ?? [])[0];
    if (best) place.replaceChildren(...explanation(answer[place.dataset.classifier] ?? {none: fault}, best.label));
  }
}

function explanation({none, method, pieces}, label) {
  if (none) return [element('p', 'note', none)];
  const left = method === 'words left out';
  const most = Math.max(...pieces.map((piece) => Math.abs(piece.weight)), 1e-9);
  return [
    element('p', 'note', left ? `Points by which the score of ${label} falls without the word` : `What each piece adds to the log-odds of ${label}`),
    element('ol', 'pieces', ...pieces.map((piece) => {
      const item = element('li', piece.weight < 0 ? 'against' : '', element('bdi', '', piece.text), element('b', '', `${piece.weight < 0 ? '\u2212' : '+'}${(Math.abs(piece.weight) * (left ? 100 : 1)).toFixed(left ? 1 : 2)}`));
      item.style.setProperty('--share', `${100 * Math.abs(piece.weight) / most}%`);
      return item;
    })),
  ];
}

function openLetter(letter) {
  const original = element('pre', 'full', letter.original);
  original.tabIndex = 0;
  openDialog(`Dead letter: ${letter.reason}`, element('p', '', letter.message), facts([['From', letter.origin], ['Size', `${whole(letter.bytes)} bytes${letter.bytes > 2000 ? '; the first 2,000 are shown' : ''}`]]), original);
}

/* ---- Controls ---- */

let typing = 0;
byId('close').addEventListener('click', () => byId('dialog').close());
byId('minutes').addEventListener('change', connect);
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('filter').addEventListener('reset', () => setTimeout(connect));
byId('filter').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(connect, 300);
});
byId('pause').addEventListener('click', () => {
  const paused = byId('pause').getAttribute('aria-pressed') !== 'true';
  byId('pause').setAttribute('aria-pressed', paused);
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
  if (paused) say('paused', 'Paused', `Paused at ${clock.format(new Date())}.`);
  else if (waiting) show(waiting);
  waiting = null;
});
dark.addEventListener('change', () => {
  charts.forEach((chart) => chart.redraw());
  if (last) show(last);
});
setInterval(() => { if (Date.now() - heard > SILENCE_MILLIS) disconnected(); }, 5000);
connect();

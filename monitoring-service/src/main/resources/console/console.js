'use strict';
// The operator's page: one request every few seconds, drawn with the DOM (never innerHTML, names come from users).
(() => {
  const REFRESH_MS = 3000;
  const KEY = 'millrace.token';
  const hash = new URLSearchParams(location.hash.slice(1));
  if (hash.get('token')) {
    sessionStorage.setItem(KEY, hash.get('token'));
    history.replaceState(null, '', location.pathname); // keep the token out of the address bar and the history
  }
  const byId = id => document.getElementById(id);
  const opened = new Map(); // promotion id -> its chain of causes, kept over refreshes

  const el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === 'onclick') node.addEventListener('click', value);
      else if (name === 'width') node.style.width = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.filter(c => c !== null && c !== undefined));
    return node;
  };
  const tone = state => ({
    ok: 'good', READY: 'good', SUCCEEDED: 'good', pass: 'good', resolved: 'good',
    warning: 'warning', inconclusive: 'warning', HELD: 'warning', RUNNING: 'warning', QUEUED: 'warning',
    drifted: 'bad', firing: 'bad', FAILED: 'bad', REJECTED: 'bad', fail: 'bad', error: 'bad', critical: 'bad',
  })[state] || 'dim';
  const tag = state => el('span', { class: 'tag ' + tone(state) }, state);
  const day = text => text ? text.slice(0, 10) : '';
  const time = text => text ? text.slice(0, 19).replace('T', ' ') : '';
  const number = value => value === null || value === undefined ? '–' : Number(value).toFixed(3);
  const cell = (content, numeric) => el('td', numeric ? { class: 'number' } : {}, ...(Array.isArray(content) ? content : [content]));
  const table = (heads, rows, empty) => rows.length === 0
    ? el('p', { class: 'dim' }, empty)
    : el('table', {}, el('thead', {}, el('tr', {}, ...heads.map(h => el('th', {}, h)))), el('tbody', {}, ...rows));
  const show = (id, node) => byId(id).querySelector('div').replaceChildren(node);

  const psi = values => {
    const sorted = Object.entries(values).sort((a, b) => b[1] - a[1]).slice(0, 6);
    return el('div', { class: 'psi' }, ...sorted.flatMap(([column, value]) => {
      const kind = value >= 0.25 ? 'bad' : value >= 0.1 ? 'warning' : 'good';
      return [el('span', {}, column === '__score__' ? 'the prediction' : column),
        el('span', {}, el('span', { class: 'bar ' + kind, width: Math.min(100, 100 * value / (value + 0.5)) + '%' })),
        el('span', { class: kind }, number(value))];
    }));
  };

  const gates = list => el('span', {}, ...list.flatMap(g => {
    const node = tag(g.result);
    node.title = g.rule + ': ' + g.reason;
    return [node, ' ' + g.rule, el('br')];
  }));

  async function call(path) {
    const response = await fetch(path, { headers: { Authorization: 'Bearer ' + sessionStorage.getItem(KEY) } });
    if (response.status === 401 || response.status === 403) throw new Error('token');
    if (!response.ok) throw new Error('HTTP ' + response.status);
    return response.json();
  }

  async function why(promotion) {
    if (opened.has(promotion)) opened.delete(promotion);
    else opened.set(promotion, (await call('/api/v1/lineage/promotion/' + encodeURIComponent(promotion))).nodes);
    refresh();
  }

  function draw(o) {
    show('alerts', table(['', 'what', 'since', 'until'], o.alerts.map(a => el('tr', {},
      cell(tag(a.state)), cell([a.summary, el('br'), el('span', { class: 'dim' }, a.endpoint + ' · ' + a.kind)]),
      cell(time(a.openedAt)), cell(time(a.closedAt)))), 'No alert was ever raised.'));

    show('endpoints', o.endpoints.length === 0 ? el('p', { class: 'dim' }, 'No endpoint yet.') : el('div', {},
      ...o.endpoints.map(e => el('div', {},
        el('strong', {}, e.name), ' ', el('span', { class: 'dim' }, e.requests + ' predictions in 24 h, route ' + e.revision),
        el('div', { class: 'split' }, ...e.arms.filter(a => a.role === 'primary' && a.weight > 0).map(a =>
          el('span', { width: a.weight + '%' }, a.weight + ' % ' + a.name + ' · v' + (a.version ?? '?')))),
        ...e.arms.filter(a => a.role === 'shadow').map(a => el('p', { class: 'dim' }, 'shadow: ' + a.name + ' · v' + a.version))))));

    show('windows', table(['window', 'endpoint', 'version', 'rows', 'state', 'PSI by column'], o.windows.map(w => el('tr', {},
      cell(day(w.startsAt) + ' – ' + day(w.endsAt)), cell(w.endpoint), cell(w.model + ' v' + w.version), cell(String(w.rows), true),
      cell(tag(w.state)), cell(psi(w.psi)))), 'No window has closed yet.'));

    show('quality', table(['window', 'endpoint', 'arm', 'metric', 'value', '95 % interval', 'labels'], o.quality.map(q => el('tr', {},
      cell(day(q.startsAt)), cell(q.endpoint), cell(q.arm + ' · v' + q.version), cell(q.metric), cell(number(q.value), true),
      cell(q.lowerBound === null ? '–' : number(q.lowerBound) + ' – ' + number(q.upperBound), true), cell(String(q.labels), true))),
      'No feedback yet.'));

    show('versions', table(['version', 'aliases', 'metrics', 'made'], o.versions.map(v => el('tr', {},
      cell(v.model + ' v' + v.version), cell(v.aliases.flatMap(a => [tag(a), ' '])),
      cell(Object.entries(v.metrics).slice(0, 4).map(([k, x]) => k + ' ' + number(x)).join(', ')), cell(time(v.createdAt)))),
      'No version yet.'));

    show('runs', table(['run', 'started by', 'state', 'gates', 'version', 'queued'], o.runs.map(r => el('tr', {},
      cell(r.pipeline), cell(r.trigger), cell([tag(r.state), r.reason ? el('div', { class: 'dim' }, r.reason) : null]),
      cell(gates(r.gates)), cell(r.registeredVersion ? 'v' + r.registeredVersion : '–'), cell(time(r.queuedAt)))), 'No run yet.'));

    show('promotions', table(['when', 'what', ''], o.promotions.map(p => el('tr', {},
      cell(time(p.changedAt)),
      cell([p.model + '@' + p.alias + ' → version ' + (p.toVersion ?? 'none'), el('div', { class: 'dim' }, p.reason),
        opened.has(p.id) ? el('ol', { class: 'why' }, ...opened.get(p.id).map(n => el('li', {}, el('strong', {}, n.kind), ' ' + n.title))) : null]),
      cell(el('button', { class: 'link', onclick: () => why(p.id) }, opened.has(p.id) ? 'close' : 'why?')))), 'Nothing was promoted yet.'));
  }

  async function refresh() {
    try {
      draw(await call('/api/v1/console/overview'));
      byId('main').hidden = false;
      byId('login').hidden = true;
      byId('status').textContent = 'as of ' + new Date().toLocaleTimeString();
    } catch (failure) {
      if (failure.message === 'token') {
        byId('main').hidden = true;
        byId('login').hidden = false;
        byId('status').textContent = sessionStorage.getItem(KEY) ? 'this token is not accepted' : 'an access token is needed';
      } else {
        byId('status').textContent = 'not reachable (' + failure.message + '), trying again';
      }
    }
  }

  byId('login').addEventListener('submit', event => {
    event.preventDefault();
    sessionStorage.setItem(KEY, byId('token').value.trim());
    refresh();
  });
  refresh();
  setInterval(refresh, REFRESH_MS);
})();

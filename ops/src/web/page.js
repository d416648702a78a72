"use strict";
const $ = id => document.getElementById(id);
const SUCCEEDED = "ekiden_messages_succeeded_total";
const ORDER = ["ekiden_messages_in_flight", "ekiden_messages_received_total", SUCCEEDED, "ekiden_messages_retried_total",
  "ekiden_messages_rejected_total", "ekiden_messages_duplicate_total", "ekiden_delete_failures_total",
  "ekiden_throttles_total", "ekiden_receives_empty_total", "ekiden_receive_to_done_seconds", "ekiden_message_age_seconds"];
const TROUBLE = new Set(["ekiden_messages_rejected_total", "ekiden_delete_failures_total", "ekiden_throttles_total"]);
const POINTS = 121, WINDOW = 5, PERIOD = 1000;
const FULL = 0.9;  // Share of the memory limit above which memory is marked; docs/metrics.md advises the same alarm.
const samples = [], rates = [];

// Creates an element. Values are set as text or attributes, so no value of a worker becomes markup.
function make(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (key in node) node[key] = value; else node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== ""));
  return node;
}
const whole = value => Math.round(value).toLocaleString("en-US");
function short(value) {
  if (value < 10 && value !== Math.round(value)) return value.toFixed(1);
  return whole(value);
}
function span(seconds) {
  if (seconds < 0.001) return (seconds * 1e6).toFixed(0) + " \u00b5s";
  if (seconds < 1) return Number((seconds * 1e3).toPrecision(3)) + " ms";
  if (seconds < 120) return seconds.toFixed(1) + " s";
  if (seconds < 7200) return (seconds / 60).toFixed(0) + " min";
  return (seconds / 3600).toFixed(1) + " h";
}
const bytes = value => value < 1 << 20 ? (value / 1024).toFixed(0) + " KiB" : (value / 1048576).toFixed(1) + " MiB";
const words = name => name.replace(/^ekiden_/, "").replace(/_total$|_seconds$/, "").replaceAll("_", " ");

// A worker's page, by the name that this page was reached by. Another name would be another site, which workers refuse.
function reached(url) {
  const page = new URL("/", url);
  if (location.hostname === "localhost") page.hostname = location.hostname;
  return page.href;
}

// The same page shows one worker or a fleet: one worker is treated as a fleet with one member.
function members(doc) {
  return doc.workers || [{name: doc.name, url: "", note: "", error: "", status: doc}];
}

// Sums of each metric, by queue or table, over all workers and all other labels.
function totals(list) {
  const sums = new Map();
  for (const member of list) {
    for (const metric of member.status ? member.status.metrics : []) {
      const {queue, table} = metric.labels;
      const place = queue ? "Queue " + queue : table ? "Table " + table : "";
      const key = place + "\n" + metric.name;
      const sum = sums.get(key) || {place, name: metric.name, kind: metric.kind, value: 0, count: 0, median: 0, worst: 0};
      if (metric.kind === "histogram") {
        const count = sum.count + metric.count;
        sum.median = count ? (sum.median * sum.count + metric.median * metric.count) / count : 0;
        sum.worst = Math.max(sum.worst, metric.percentile_99);
        sum.count = count;
      } else {
        sum.value += metric.value;
      }
      sums.set(key, sum);
    }
  }
  return sums;
}

function rate(key) {
  const last = samples[samples.length - 1], first = samples[Math.max(0, samples.length - 1 - WINDOW)];
  const now = last.sums.get(key), then = first.sums.get(key);
  if (!now || !then || last.at === first.at) return null;
  return Math.max(0, (now.value - then.value) * 1000 / (last.at - first.at));  // A restarted worker counts from 0.
}

function tile(sum) {
  const key = sum.place + "\n" + sum.name;
  let value = whole(sum.value), note = "";
  if (sum.kind === "histogram") {
    value = sum.count ? span(sum.median) : "\u2013";
    note = sum.count ? "median; p99 " + span(sum.worst) : "median; no data yet";
  } else if (sum.kind === "counter") {
    const speed = rate(key);
    note = speed ? short(speed) + " per second" : "";
  }
  const alert = TROUBLE.has(sum.name) && sum.value > 0;
  return make("div", {className: "card tile" + (alert ? " alert" : "")},
    make("dt", {}, words(sum.name).replace("messages ", "")), make("dd", {}, value, make("small", {}, note)));
}

function showPlaces(sums) {
  const places = new Map();
  for (const sum of sums.values()) {
    if (sum.place) places.set(sum.place, [...(places.get(sum.place) || []), sum]);
  }
  const rank = sum => { const at = ORDER.indexOf(sum.name); return at < 0 ? ORDER.length : at; };
  const parts = [];
  for (const [place, list] of [...places].sort()) {
    list.sort((a, b) => rank(a) - rank(b));
    parts.push(make("h2", {}, place), make("dl", {className: "tiles"}, ...list.map(tile)));
  }
  $("places").replaceChildren(...parts);
}

const STATES = {running: "good", restarting: "warn", stopping: "warn", stopped: "bad", abandoned: "bad"};
function rows(actor, depth) {
  const waiting = actor.waiting_on ? actor.waiting_on + ", " + span(actor.waiting_seconds)
                                   : actor.state === "running" && !actor.children.length ? "busy" : "";
  const name = make("th", {scope: "row"}, actor.name);
  name.style.paddingLeft = 14 + depth * 22 + "px";
  const restarts = actor.restarts ? make("span", {className: "flag warn"}, whole(actor.restarts)) : "0";
  const row = make("tr", {}, name,
    make("td", {}, make("span", {className: "state " + (STATES[actor.state] || "")}, actor.state)),
    make("td", {}, waiting),
    make("td", {className: "number"}, actor.progress ? span(actor.since_progress_seconds) + " ago" : ""),
    make("td", {className: "number"}, actor.progress ? whole(actor.progress) : ""),
    make("td", {className: "number"}, restarts));
  return [row, ...actor.children.flatMap(child => rows(child, depth + 1))];
}

function tree(status) {
  const titles = [["Actor", ""], ["State", ""], ["Waiting for", ""], ["Last progress", "number"], ["Steps", "number"], ["Restarts", "number"]];
  const head = make("tr", {}, ...titles.map(([text, kind]) => make("th", {scope: "col", className: kind}, text)));
  return make("div", {className: "card wide"}, make("table", {},
    make("caption", {}, "Supervision tree"), make("thead", {}, head), make("tbody", {}, ...rows(status.tree, 0))));
}

function state(member) {
  const status = member.status;
  if (!status) return [member.error || member.note ? "bad" : "warn", member.note || member.error || "starting"];
  if (status.draining) return ["warn", "draining" + (status.detail ? ": " + status.detail : "")];
  const outage = (status.outages || [])[0];
  if (status.ready && outage) {
    return ["warn", "ready, but waits for the " + words(outage.sink) + " " + outage.resource + " for " +
      span(outage.seconds) + ": " + outage.reason];
  }
  return status.ready ? ["good", "ready"] : ["bad", "not ready" + (status.detail ? ": " + status.detail : "")];
}

// The process id, and the used memory compared with the limit.
function processLine(status) {
  const {resident_bytes: used, limit_bytes: limit, limit_source: source} = status.memory || {};
  const line = make("small", {}, "process " + status.pid + (used ? ", " : ""));
  if (!used) return line;
  if (!limit) { line.append(bytes(used)); return line; }
  const share = used / limit, text = bytes(used) + " of " + bytes(limit) + " (" + Math.round(100 * share) + " %, " + source + ")";
  line.append(share > FULL ? make("span", {className: "pill warn"}, text) : text);
  return line;
}

function showWorkers(list, fleet) {
  const parts = [];
  for (const member of list) {
    const [kind, text] = state(member);
    if (fleet) {
      const name = member.url ? make("a", {href: reached(member.url)}, member.name) : member.name;
      parts.push(make("h2", {}, name, " ", make("span", {className: "pill " + kind}, text), " ",
        member.status ? processLine(member.status) : ""));
    } else {
      parts.push(make("h2", {}, "Actors ", processLine(member.status)));
    }
    if (member.status) parts.push(tree(member.status));
  }
  $("workers").replaceChildren(...parts);
}

function showMetrics(list, fleet) {
  const body = make("tbody");
  for (const member of list) {
    for (const metric of member.status ? member.status.metrics : []) {
      const labels = Object.entries(metric.labels).filter(([, value]) => value).map(([key, value]) => key + "=" + value).join(" ");
      const value = metric.kind !== "histogram" ? metric.value.toLocaleString("en-US")
        : whole(metric.count) + " (median " + span(metric.median) + ", p99 " + span(metric.percentile_99) + ")";
      body.append(make("tr", {}, make("th", {scope: "row"}, make("code", {}, metric.name)),
        make("td", {}, (fleet ? member.name + " " : "") + labels), make("td", {className: "number"}, value)));
    }
  }
  $("metrics").replaceChildren(make("table", {}, body));
}

function showChart() {
  let sum = null;
  for (const [key, value] of samples[samples.length - 1].sums) {
    if (value.name === SUCCEEDED) { const speed = rate(key); if (speed !== null) sum = (sum || 0) + speed; }
  }
  if (sum === null) return;
  rates.push(sum);
  if (rates.length > POINTS) rates.shift();
  $("rate").textContent = short(sum);
  const top = Math.max(1, ...rates);
  const points = rates.map((value, i) => (POINTS - rates.length + i) + "," + (80 - 74 * value / top).toFixed(1));
  const [area, line] = $("chart").children;
  line.setAttribute("d", "M" + points.join("L"));
  area.setAttribute("d", "M" + (POINTS - rates.length) + ",84L" + points.join("L") + "L120,84Z");
  $("chart").setAttribute("aria-label", "Messages succeeded per second, over the last two minutes: now " + short(sum) + ", maximum " + short(top));
}

function setState(kind, text) {
  if ($("state").textContent === text) return;  // Screen readers read a live region again after every change.
  $("state").className = "pill " + kind;
  $("state").textContent = text;
}

function show(doc) {
  const list = members(doc), fleet = Boolean(doc.workers);
  samples.push({at: performance.now(), sums: totals(list)});
  if (samples.length > WINDOW + 1) samples.shift();
  document.title = doc.name + " \u2013 Ekiden";
  $("name").textContent = doc.name;
  $("version").textContent = "Ekiden " + doc.version + (doc.task ? "   task " + doc.task : "") + "   ";
  $("links").replaceChildren(...(fleet ? ["/status.json"] : ["/status.json", "/metrics", "/ready"])
    .flatMap(path => [make("a", {href: path}, path), "  "]));
  const ready = list.filter(member => member.status && member.status.ready).length;
  if (fleet) setState(ready === list.length && ready ? "good" : "warn", ready + " of " + list.length + " ready");
  else setState(...state(list[0]));
  showPlaces(samples[samples.length - 1].sums);
  showWorkers(list, fleet);
  if ($("metrics").parentNode.open || !$("metrics").firstChild) showMetrics(list, fleet);
  showChart();
}

async function refresh() {
  if (document.hidden) return;  // visibilitychange refreshes when the page is visible again.
  try {
    const answer = await fetch("/status.json", {cache: "no-store", signal: AbortSignal.timeout(4000)});
    show(await answer.json());
    document.body.classList.remove("stale");
    $("clock").textContent = "updated " + new Date().toLocaleTimeString();
  } catch (error) {
    document.body.classList.add("stale");
    setState("bad", "no answer");
  }
}

let timer = 0, busy = false;
async function turn() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  await refresh();
  busy = false;
  timer = setTimeout(turn, PERIOD);
}
document.addEventListener("visibilitychange", turn);
turn();

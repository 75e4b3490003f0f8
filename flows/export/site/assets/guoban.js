// The page's script: opens each number to what it is made of, and draws the charts.
// Numbers are text with all their digits; whatever was filed reaches the page as text nodes only.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const dialog = document.getElementById("opened");
  const FIGURE = { value: 0, target: 1, rate: 2, shown: 3, progress: 4, gap: 5, before: 6, change: 7, rank: 8, half: 9, note: 10 };
  const MORE_ROWS = 200;

  // --- words and numbers ------------------------------------------------------------------------

  const say = (name, parts = {}) =>
    words[name].replace(/\{(\w+)\}/g, (_, part) => (parts[part] ?? "—"));

  // Exact sums: twelve places are as many as any figure has.
  const PLACES = 12;
  function scaled(text) {
    const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    return BigInt(sign + whole + part.padEnd(PLACES, "0"));
  }
  function plain(number) {
    const sign = number < 0n ? "-" : "";
    const text = String(number < 0n ? -number : number).padStart(PLACES + 1, "0");
    const part = text.slice(-PLACES).replace(/0+$/, "");
    return sign + text.slice(0, -PLACES) + (part && "." + part);
  }
  const added = (texts) => plain(texts.reduce((sum, one) => sum + scaled(one), 0n));

  function figureOf(month, code, department) {
    const row = department === data.zone
      ? data.figures[code]?.[month]
      : data.departments[department]?.figures[code];
    if (!row) return null;
    return Object.fromEntries(Object.entries(FIGURE).map(([name, place]) => [name, row[place]]));
  }
  const nameOf = (code) => data.codes[code].name;
  const unitOf = (code) => data.codes[code].unit;
  const labelOf = (month) => data.months[month]?.label ?? month;
  const headOf = (month, code, department) => `${labelOf(month)} ${department} ${nameOf(code)}`;

  // --- making elements --------------------------------------------------------------------------

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined) element.append(child);
    }
    return element;
  }
  const opens = (ref, text) =>
    make("button", { type: "button", class: "n", "data-open": ref }, text);
  const line = (text, more) => make("p", { class: more }, text);
  const sourceOf = (file, sheet, cell) => {
    if (!file) return "—";
    const at = typeof cell === "number" ? say("row", { n: cell }) : cell;
    return make("span", { class: "place" }, [file, sheet, at].filter(Boolean).join(" › "));
  };

  // A table; columns are [heading, is a number]. Long ones show more rows when asked.
  function table(caption, columns, rows, foot) {
    const body = make("tbody");
    let shown = 0;
    const more = make("button", { type: "button", class: "pill" });
    const grow = () => {
      for (const row of rows.slice(shown, shown + MORE_ROWS)) {
        body.append(make("tr", {}, row.map((cell, place) =>
          make("td", { class: columns[place][1] ? "number" : "text" }, cell ?? "—"))));
      }
      shown = Math.min(rows.length, shown + MORE_ROWS);
      more.textContent = say("more", { n: Math.min(MORE_ROWS, rows.length - shown) });
      if (shown >= rows.length) more.remove();
    };
    more.addEventListener("click", grow);
    const head = make("thead", {}, make("tr", {}, columns.map(([text, isNumber]) =>
      make("th", { scope: "col", class: isNumber ? "number" : "text" }, text))));
    const whole = make("div", {},
      make("h3", {}, caption),
      make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
        make("table", {}, make("caption", { class: "unseen" }, caption), head, body,
          foot && make("tfoot", {}, make("tr", {}, foot.map((cell, place) =>
            make("td", { class: columns[place][1] ? "number" : "text" }, cell ?? "")))))),
      more);
    grow();
    return whole;
  }

  // --- the rows of a month, read from its file when first asked for ----------------------------

  const read = new Map();
  const waiting = new Map();
  window.guobanRows = (rows) => waiting.get(rows.month)?.(rows);
  function rowsOf(month) {
    if (!read.has(month)) {
      read.set(month, new Promise((resolve) => {
        waiting.set(month, resolve);
        const script = make("script", { src: `rows/${month}.js` });
        script.addEventListener("error", () => resolve(null));
        document.head.append(script);
      }));
    }
    return read.get(month);
  }

  // Whether the rows come to the published figure; nothing of one that has no value.
  function checked(sum, value, unit) {
    if (value === null) return null;
    return sum === value
      ? line(say("adds_up", { sum, unit }), "ahead adds-up")
      : line(say("adds_up_not", { sum, unit, value }), "warn");
  }

  async function sumOf(month, code, department, figure) {
    const rows = await rowsOf(month);
    if (!rows) return [line(say("missing_file", { file: `rows/${month}.js` }), "warn")];
    const found = rows.figures[code] ?? { in: [], out: [] };
    const unit = unitOf(code);
    if (rows.level === "sums") return [line(say("only_sums", { code, month })), ...sumsOf(found, department, unit, figure)];
    const thingOf = (at) => rows.things[rows.lines[at][0]];
    const isMine = (at) => department === data.zone || rows.departments[thingOf(at)[0]] === department;
    const told = (at) => {
      const [of, key, label] = thingOf(at);
      const [, source, cell, amount] = rows.lines[at];
      const [file, sheet, filed] = rows.sources[source];
      return {
        project: make("span", {}, label ?? "", make("small", {}, ` ${key ?? ""}`)),
        of: rows.departments[of], amount, filed: filed ?? rows.month, source: sourceOf(file, sheet, cell),
      };
    };
    // A row adds one, or its amount in 亿元, unless it says otherwise.
    const usual = (at) => (found.adds === "amounts" ? plain(scaled(rows.lines[at][3]) / 10000n) : "1");
    const counted = found.in.map((one) => (Array.isArray(one) ? one : [one, usual(one)])).filter(([at]) => isMine(at));
    const sum = added(counted.map(([, value]) => value));
    const parts = [];
    if (counted.length) {
      parts.push(
        checked(sum, figure.value, unit),
        table(say("counted", { n: counted.length }),
          [[words.project], [words.department], [say("contribution", { unit }), true], [words.amount, true], [words.filed_month], [words.source]],
          counted.map(([at, value]) => {
            const one = told(at);
            return [one.project, one.of, value, one.amount, one.filed, one.source];
          }),
          [words.sum, "", sum, "", "", ""]));
    } else {
      parts.push(line(say("no_rows")));
    }
    const left = found.out.filter(([at]) => isMine(at));
    if (left.length) {
      parts.push(table(say("left_out", { n: left.length }),
        [[words.project], [words.department], [words.amount, true], [words.reason], [words.source]],
        left.map(([at, reason]) => {
          const one = told(at);
          return [one.project, one.of, one.amount, rows.reasons[reason], one.source];
        })));
    }
    const reasons = (found.reasons ?? []).filter(([of]) => department === data.zone || rows.departments[of] === department);
    if (reasons.length) {
      const all = reasons.reduce((sum, [, , count]) => sum + count, 0);
      parts.push(line(say("only_counted", { code, month })),
        table(say("left_out", { n: all }), [[words.department], [words.reason], [words.rows_count, true]],
          reasons.map(([of, reason, count]) => [rows.departments[of], rows.reasons[reason], String(count)])));
    }
    return parts;
  }

  function sumsOf(found, department, unit, figure) {
    const mine = found.in.filter(([name]) => department === data.zone || name === department);
    const sum = added(mine.map(([, value]) => value));
    return [
      department === data.zone ? checked(sum, figure.value, unit) : null,
      table(words.department, [[words.department], [say("contribution", { unit }), true], [words.rows_count, true]],
        mine.map(([name, value, count]) => [typeof name === "number" ? say("others", { n: name }) : name, value, String(count)]),
        [words.sum, sum, ""]),
    ];
  }

  // --- what each kind of number is made of ------------------------------------------------------
  // Each gives a title and what stands below it.

  const kinds = {
    async value(month, code, department) {
      const figure = figureOf(month, code, department);
      const parts = [line(`${figure.value ?? "—"}${unitOf(code)}`, "formula")];
      if (figure.value === null) parts.push(line(say("no_value", { note: figure.note })));
      return [`${headOf(month, code, department)}：${words.value}`, [...parts, ...await sumOf(month, code, department, figure)]];
    },
    target(month, code, department) {
      const figure = figureOf(month, code, department);
      const rows = data.targets[`${department} ${code}`] ?? [];
      return [`${headOf(month, code, department)}：${words.target}`, [
        line(`${figure.target ?? "—"}${unitOf(code)}`, "formula"),
        rows.length
          ? table(words.target_rows, [[words.target, true], [words.doc_no], [words.issued_on], [words.in_force], [words.source]],
            rows.map(([target, unit, doc, on, file, sheet, cell, inForce]) =>
              [`${target}${unit}`, doc, on, inForce ? words.in_force : words.not_in_force, sourceOf(file, sheet, cell)]))
          : line(say("no_target")),
      ]];
    },
    rate(month, code, department) {
      const figure = figureOf(month, code, department);
      const ref = `${month} ${code} ${department}`;
      const held = heldBy(month, code, department);
      return [`${headOf(month, code, department)}：${words.rate}`, [
        make("p", { class: "formula" },
          opens(`value ${month} ${held.code} ${department}`, held.value), " ÷ ",
          opens(`target ${ref}`, figure.target), ` × 100% = ${figure.rate}%`),
        held.code === code ? null : line(say("held_by", { name: nameOf(held.code) })),
        line(say("rate_shown", { shown: `${figure.shown}%` })),
      ]];
    },
    gap(month, code, department) {
      const figure = figureOf(month, code, department);
      return [`${headOf(month, code, department)}：${words.gap}`, [
        make("p", { class: "formula" },
          opens(`rate ${month} ${code} ${department}`, `${figure.rate}%`), " − ", `${figure.progress}% = ${figure.gap}`),
        line(progressWords(month, figure.progress)),
      ]];
    },
    change(month, code, department) {
      const figure = figureOf(month, code, department);
      const isStock = data.codes[code].stock;
      const past = monthBefore(month);
      const known = figureOf(past, code, department);
      const before = known && figure.before === known.value
        ? opens(`value ${past} ${code} ${department}`, figure.before) : figure.before;
      return [`${headOf(month, code, department)}：${isStock ? words.change_stock : words.change}`, [
        make("p", { class: "formula" },
          opens(`value ${month} ${code} ${department}`, figure.value), " − ", before, ` = ${figure.change}${unitOf(code)}`),
      ]];
    },
    half(code) {
      if (code === "all") return halfOf(data.zone);
      const figure = figureOf(data.month, code, data.zone);
      const since = data.half?.each[code];
      return [`${nameOf(code)}：${words.half}`, [
        make("p", { class: "formula" }, opens(`rate ${data.month} ${code} ${data.zone}`, `${figure.rate}%`),
          ` ${figure.half ? "≥" : "<"} 50%：${figure.half ? words.half_yes : words.half_no}`),
        since ? line(`${words.half_since}：${since}`) : null,
      ]];
    },
    halves: (...name) => halfOf(name.join(" ")),
    lead() {
      const { end, since, days } = data.half;
      return [words.half, [
        line(say("lead_is", { end, since, days }), "formula"),
        table(words.half_since, [[words.value], [words.half_since]],
          Object.entries(data.half.each).filter(([, on]) => on).map(([code, on]) => [nameOf(code), on])),
      ]];
    },
    score(...name) {
      const department = name.join(" ");
      const of = data.departments[department];
      const rows = Object.entries(of.figures).filter(([code]) => Number(data.weights[code] ?? 1) > 0);
      return [`${department}：${words.score}`, [
        line(say("score_is", { score: `${of.score}%` }), "formula"),
        table(words.score, [[words.value], [words.rate, true], [words.weight, true]],
          rows.map(([code, row]) => [nameOf(code), opens(`rate ${data.month} ${code} ${department}`, `${row[FIGURE.rate]}%`), data.weights[code]])),
      ]];
    },
    rank(...name) {
      const department = name.join(" ");
      const all = Object.entries(data.departments);
      const rank = data.departments[department].rank;
      return [`${department}：${words.rank}`, [
        line(say("rank_is", { n: rank - 1, rank })),
        table(words.rank, [[words.rank, true], [words.department], [words.score, true]],
          all.map(([other, one]) => [one.rank === null ? null : String(one.rank), other,
            one.score === null ? one.note : opens(`score ${other}`, `${one.score}%`)])),
      ]];
    },
    project(...id) {
      const key = id.join(" ");
      const one = data.projects[key];
      const stages = one.stages.map(([name, from, to, days]) =>
        [{ in_talks: data.stages.in_talks, to_start: data.stages.to_start, building: data.stages.building, operating: data.stages.operating }[name],
          from, to ?? `${one.until}（${words.until_month}）`, String(days)]);
      return [one.name ?? key, [
        line(`${words.number} ${key}；${words.department} ${one.department ?? "—"}；${words.investor} ${one.investor ?? "—"}；${words.stage} ${one.stage ?? "—"}`),
        one.days === null ? null : line(`${data.stages.in_stage}：${one.days}`),
        stages.length ? table(words.stages, [[words.stage], [words.from], [words.to], [words.how_long, true]], stages) : null,
        table(words.project_sources, [[words.value], [words.filed_month], [words.number], [`${words.value}（亿元）`, true], [words.source]],
          one.sources.map(([told, month, number, file, sheet, cell, amount]) =>
            [words[`told_${told}`], month, number, amount, sourceOf(file, sheet, cell)])),
      ]];
    },
    projects(...stage) {
      const wanted = stage.join(" ");
      const found = Object.entries(data.projects).filter(([, one]) => (one.stage ?? "-") === wanted);
      return [`${words.project}：${wanted}`, [table(words.project, [[words.number], [words.project], [words.department]],
        found.map(([id, one]) => [opens(`project ${id}`, id), one.name, one.department]))]];
    },
    filing(state, ...name) {
      const department = name.join(" ");
      const states = { all: Object.keys(data.states), owed: ["missing", "rejected"] }[state] ?? [state];
      const found = data.filing.filter(([of, , is]) => (department === "*" || of === department) && states.includes(is));
      return [[department === "*" ? "" : department, data.states[state] ?? words.returns].filter(Boolean).join(" "), [
        found.length ? table(words.returns, [[words.department], [words.returns], [words.state], [words.due_on], [words.file]],
          found.map(([of, title, is, due, file]) => [of, title, data.states[is], due, file])) : line(words.nothing),
      ]];
    },
    findings(kind, ...name) {
      const department = name.join(" ");
      const is = { open: (one) => one.open, correct: (one) => one.asks === "correct", explain: (one) => one.asks === "explain", decide: (one) => one.asks === "decide" }[kind]
        ?? ((one) => one.severity === kind);
      const found = data.findings.filter((one) => is(one) && (department === "*" || (one.department ?? "-") === department));
      return [[department === "*" || department === "-" ? "" : department, data.severities[kind] ?? data.asks[kind]].filter(Boolean).join(" "), listed(found)];
    },
    effects(code) {
      return [`${nameOf(code)}：${words.effect}`, listed(data.findings.filter((one) => one.open && one.effect?.[0] === code))];
    },
    move(number) {
      const one = data.changes[Number(number)];
      const unit = one.unit ?? "";
      return [`${labelOf(one.month)} ${data.codes[one.code]?.name ?? one.code}：${words.move}`, [
        line(one.difference === null ? `${one.old ?? "—"} → ${one.new ?? "—"}${unit}`
          : say("move_is", { new: one.new, old: one.old, difference: one.difference, unit }), "formula"),
        line(`${one.at} ${words.cause}：${[one.cause, one.settings, one.file].filter(Boolean).join("；")}`),
        one.rows.length ? table(words.move_rows, [[words.department], [words.project], [say("contribution", { unit }), true], [words.source]],
          one.rows.map(([of, key, label, value, file, sheet, cell]) => [of, `${label ?? ""} ${key ?? ""}`, value.startsWith("-") ? value : `+${value}`, sourceOf(file, sheet, cell)]),
          [words.sum, "", added(one.rows.map((row) => row[3])), ""]) : line(say("move_none", { cause: one.cause })),
        one.of_all > one.rows.length ? line(say("move_cut", { n: one.rows.length, month: one.month })) : null,
      ]];
    },
    need(code, pct) {
      const of = data.forecasts[code];
      const goal = of.goals[pct];
      return [`${nameOf(code)}：${words.need}`, [
        line(goal.need === null ? say("need_past", { due: goal.due })
          : say("need_is", { goal: goal.goal, value: of.value, months: goal.months, need: goal.need, unit: unitOf(code) }), "formula"),
        line(say("estimate", { hit: data.hit })),
      ]];
    },
    when(code, pct) {
      const of = data.forecasts[code];
      const goal = of.goals[pct];
      const unit = unitOf(code);
      if (goal.since) return [`${nameOf(code)}：${words.when}`, [line(say("need_done", { since: goal.since }), "formula")]];
      const [earliest, expected, latest] = goal.days;
      const paces = [["fastest", of.fastest, earliest], ["mean", of.mean, expected], ["slowest", of.slowest, latest]];
      return [`${nameOf(code)}：${words.when}`, [
        line(say("when_is", { left: goal.left, n: of.paces.length, paces: of.paces.join("、"), mean: of.mean, unit })),
        ...(of.mean === null ? [line(goal.note)] : paces.map(([name, pace, date]) =>
          line(say("when_line", { name: words[name], pace: `${pace}${unit}`, date: date ?? words.not_this_year }), "formula"))),
        line(say("estimate", { hit: data.hit })),
      ]];
    },
  };

  // What is held against the target: the figure itself, or the one by which the zone reads it.
  function heldBy(month, code, department) {
    const figure = figureOf(month, code, department);
    const other = `${code}a`;
    if (data.held[code] === other) return { code: other, value: figureOf(month, other, department)?.value ?? figure.value };
    return { code, value: figure.value };
  }
  function halfOf(department) {
    const codes = Object.keys(data.codes).filter((code) => data.codes[code].task);
    const rows = codes.map((code) => [code, figureOf(data.month, code, department)]).filter(([, one]) => one && one.half !== null);
    return [`${department}：${words.half}`, [table(words.half, [[words.value], [words.rate, true], [words.half]],
      rows.map(([code, one]) => [nameOf(code), opens(`rate ${data.month} ${code} ${department}`, `${one.rate}%`), one.half ? words.half_yes : words.half_no]))]];
  }
  function progressWords(month, progress) {
    const number = Number(month.slice(5));
    return data.basis === "month" ? `${words.progress} ${number} ÷ 12 = ${progress}%` : `${words.progress} ${progress}%`;
  }
  function monthBefore(month) {
    const [year, number] = month.split("-").map(Number);
    return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, "0")}`;
  }
  function listed(found) {
    const hasEffect = found.some((one) => one.effect);
    const columns = [[words.department], [words.rule], [words.message], [words.seen], [words.suggestion], [words.source]];
    if (hasEffect) columns.push([words.effect]);
    return [
      found.length ? table(say("message"), columns, found.map((one) => [
        one.department, one.rule, one.message, one.seen, [one.suggestion, one.explanation && `${words.explanation}：${one.explanation}`].filter(Boolean).join(" "),
        sourceOf(one.file, one.sheet, one.cell),
        ...(hasEffect ? [one.effect ? `${data.codes[one.effect[0]]?.name ?? one.effect[0]} ${one.effect[1] ?? ""}` : null] : []),
      ])) : line(words.nothing),
      data.findings_count > data.findings.length
        ? line(say("list_cut", { shown: data.findings.length, all: data.findings_count, month: data.month })) : null,
    ];
  }

  // --- the dialog -------------------------------------------------------------------------------

  let trail = [];
  async function show() {
    const ref = trail[trail.length - 1];
    const [kind, ...rest] = ref.split(" ");
    const title = make("h2", { id: "opened-title", tabindex: "-1" }, words.loading);
    const back = make("button", { type: "button" }, words.back);
    back.hidden = trail.length < 2;
    back.addEventListener("click", () => { trail.pop(); show(); });
    const close = make("button", { type: "button" }, words.close);
    close.addEventListener("click", () => dialog.close());
    const body = make("div", { class: "opened-body" });
    dialog.replaceChildren(make("div", { class: "opened-head" }, title, back, close), body);
    dialog.dataset.opened = "";
    if (!dialog.open) dialog.showModal();
    title.focus();
    const found = await kinds[kind](...(["value", "target", "rate", "gap", "change"].includes(kind)
      ? [rest[0], rest[1], rest.slice(2).join(" ")] : rest));
    if (trail[trail.length - 1] !== ref) return;
    title.textContent = found[0];
    body.replaceChildren(...found[1].flat().filter(Boolean));
    dialog.scrollTop = 0;
    dialog.dataset.opened = ref;
  }
  function open(ref) {
    trail = dialog.open ? [...trail, ref] : [ref];
    show();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-open]");
    if (button) open(button.dataset.open);
    else if (event.target === dialog) dialog.close();
  });

  // --- the list of projects ---------------------------------------------------------------------

  const filters = document.getElementById("filters");
  if (filters) {
    filters.hidden = false;
    filters.addEventListener("change", () => {
      const stage = filters.elements.stage.value;
      const department = filters.elements.department.value;
      for (const row of document.querySelectorAll(".projects tbody tr")) {
        row.hidden = (stage && row.dataset.stage !== stage) || (department && row.dataset.department !== department);
      }
    });
  }

  // --- charts: the year's months, what was to be expected by then, and what may follow ---------

  const SHOWN_YEARS = 1;
  const charts = [];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  function months() {
    const year = Number(data.month.slice(0, 4));
    const found = [];
    for (let one = year - SHOWN_YEARS + 1; one <= year; one += 1) {
      for (let number = 1; number <= 12; number += 1) found.push(`${one}-${String(number).padStart(2, "0")}`);
    }
    return found;
  }
  function optionOf(code) {
    const shown = months();
    const now = shown.indexOf(data.month);
    const rows = shown.map((month) => figureOf(month, code, data.zone));
    const number = (text) => (text === null || text === undefined ? null : Number(text));
    const target = number(figureOf(data.month, code, data.zone).target);
    const isHeld = data.held[code] === code;
    const [value, pace, goal, quiet, lines] = ["value", "pace", "goal", "quiet", "line"].map(colour);
    const of = isHeld ? data.forecasts[code] : null;
    const ahead = (step) => shown.map((_, place) => (of && step !== null && place >= now ? Number(of.value) + Number(step) * (place - now) : null));
    const slow = ahead(of?.slowest ?? null);
    const fast = ahead(of?.fastest ?? null);
    const label = { color: quiet, fontSize: 11, fontFamily: "inherit" };
    const dashed = { symbol: "none", silent: true, tooltip: { show: false } };
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 4, right: 34, top: 14, bottom: 2, containLabel: true },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("card"), borderColor: lines,
        textStyle: { color: colour("ink"), fontSize: 12 },
        formatter: (points) => {
          const row = rows[points[0].dataIndex];
          const month = shown[points[0].dataIndex];
          return row ? `${labelOf(month)}\n${words.chart_value} ${row.value ?? "—"}${unitOf(code)}${row.shown === null ? "" : `（${row.shown}%）`}` : month;
        },
      },
      xAxis: { type: "category", boundaryGap: false, data: shown.map((month) => `${Number(month.slice(5))}月`), axisLabel: { ...label, interval: 1 }, axisLine: { lineStyle: { color: lines } }, axisTick: { show: false } },
      yAxis: { type: "value", axisLabel: label, splitLine: { lineStyle: { color: lines, opacity: 0.6 } }, splitNumber: 4 },
      series: [
        { type: "line", data: slow, stack: "range", lineStyle: { opacity: 0 }, ...dashed },
        { type: "line", data: fast.map((one, place) => (one === null ? null : one - slow[place])), stack: "range", lineStyle: { opacity: 0 }, areaStyle: { color: colour("band"), opacity: 0.18 }, ...dashed },
        { type: "line", data: shown.map((_, place) => (target === null || !isHeld ? null : target * (place + 1) / 12)), lineStyle: { color: pace, type: "dashed", width: 1.5 }, ...dashed },
        {
          type: "line", data: rows.map((row) => (row ? number(row.value) : null)), symbol: "circle", symbolSize: 7,
          itemStyle: { color: value }, lineStyle: { color: value, width: 3 },
          markLine: target === null || !isHeld ? undefined : {
            symbol: "none", silent: true, lineStyle: { color: goal, width: 1.2, type: "solid" },
            label: { color: goal, fontSize: 11, position: "end", formatter: (one) => one.name },
            data: [{ yAxis: target, name: words.chart_target }, { yAxis: target / 2, name: words.chart_half, lineStyle: { opacity: 0.55 } }],
          },
        },
      ],
    };
  }
  function draw() {
    for (const { element, chart } of charts) chart.setOption(optionOf(element.dataset.chart), true);
  }
  for (const element of document.querySelectorAll("[data-chart]")) {
    const code = element.dataset.chart;
    element.setAttribute("aria-label", say("chart", { name: nameOf(code) }));
    const chart = window.echarts.init(element, null, { renderer: "svg" });
    chart.on("click", (event) => {
      const month = months()[event.dataIndex];
      if (event.seriesIndex === 3 && figureOf(month, code, data.zone)) open(`value ${month} ${code} ${data.zone}`);
    });
    charts.push({ element, chart });
  }
  draw();
  const resize = () => charts.forEach(({ chart }) => chart.resize());
  window.addEventListener("resize", resize);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  // On paper: the ink's colours, and as wide as the paper lets it.
  window.matchMedia("print").addEventListener("change", () => { resize(); draw(); });
  window.addEventListener("beforeprint", () => { resize(); draw(); });
  window.addEventListener("afterprint", () => { resize(); draw(); });
  document.documentElement.dataset.ready = "true";
})();

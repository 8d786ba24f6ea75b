// The day's timeline: workers as rows, visits as bars, the unallocated on top. Rows outside the
// view are not in the document. The selection is shared with the map through one document event.

import { clock, colourOf, icon, make, packLane, paintCard, paintRow } from "timeline_bars";
import { follow } from "timeline_drag";

const FLAG_HALF = 20;  // pixels: at the day's first minutes the flag stays beside the names
const LANE_ROWS = 3;
const OVERSCAN = 4;
const ZOOM = [1, 1.5, 2, 3, 4];
const NARROW = 600; // a phone: short names, and scrolling sideways instead of bars like needles

export default {
  template: `
    <div class="tl" :class="{ compact }">
      <div class="tl-tools">
        <div class="seg" role="tablist">
          <button v-for="kind in kinds" type="button" role="tab" :aria-selected="kind.key === show"
            :class="{ on: kind.key === show }" @click="choose(kind.key)">{{ kind.label }} <span>{{ kind.count }}</span></button>
        </div>
        <span class="t3 s12 shown">显示 {{ shown }} / {{ total }} 人</span>
        <span class="grow"></span>
        <button v-if="filter" type="button" class="btn small on" @click="setFilter(null)">{{ filter.label }} ×</button>
        <select v-if="skills.length > 1 && show !== 'riders'" v-model="skill" @change="refresh" aria-label="按资质筛选">
          <option value="">全部资质</option><option v-for="name in skills" :value="name">{{ name }}</option>
        </select>
        <button type="button" class="btn small ghost" @click="toggleDensity">{{ compact ? "标准行高" : "紧凑行高" }}</button>
        <button type="button" class="btn small icon ghost" aria-label="缩小" title="缩小" @click="zoomBy(-1)">−</button>
        <span class="t3 s12 zoomed">{{ Math.round(zoom * 100) }}%</span>
        <button type="button" class="btn small icon ghost" aria-label="放大" title="放大（Ctrl + 滚轮）" @click="zoomBy(1)">+</button>
        <button type="button" class="btn small ghost" @click="print">打印</button>
      </div>
      <div class="tl-scroll" ref="scroll" tabindex="0" role="grid" aria-label="排班时间轴" @scroll.passive="later"
        @keydown="key" @click="click" @pointerdown="pull" @wheel="wheel">
        <div class="tl-head" ref="head"><div class="axis" ref="axis"></div><div class="lane" ref="lane" role="row" aria-rowindex="1"></div></div>
        <div class="tl-body" ref="body"></div>
        <div v-if="!shown" class="tl-none t2">没有符合条件的人员。</div>
      </div>
      <div class="hush" aria-live="polite" ref="live"></div>
      <div class="tl-foot" ref="foot"></div>
    </div>`,
  props: { day: Object },
  data: () => ({ zoom: 1, compact: false, show: "caregivers", skill: "", shown: 0, total: 0, filter: null }),
  computed: {
    kinds() {
      const of = (rider) => this.day.rows.filter((row) => row.rider === rider).length;
      return [
        { key: "caregivers", label: "护理员", count: of(false) },
        { key: "riders", label: "送餐员", count: of(true) },
      ].filter((kind) => kind.count || kind.key === "caregivers");
    },
    skills() {
      return [...new Set(this.day.rows.flatMap((row) => row.skill_list))];
    },
  },
  mounted() {
    this.words = "";
    this.selection = { row: null, bar: null };
    this.painted = new Map();
    this.compact = window.innerHeight < 800;
    this.sized = new ResizeObserver(() => this.measure());
    this.sized.observe(this.$refs.scroll);
    this.legend();
    this.listen();
    this.refresh();
  },
  unmounted() {
    this.sized.disconnect();
    this.ears.abort();
  },
  watch: {
    day() { this.$refs.foot.lastChild.textContent = this.day.note; this.refresh(); },
  },
  methods: {
    listen() {
      this.ears = new AbortController();
      const signal = { signal: this.ears.signal };
      // On paper every row counts, not only those in view.
      matchMedia("print").addEventListener("change", (event) => { this.printing = event.matches; this.repaint(); this.later(); }, signal);
      document.addEventListener("console:select", ({ detail }) => {
        if (detail.origin !== "timeline") this.select(detail.row, detail.bar, detail.origin);
      }, signal);
      document.addEventListener("keydown", (event) => {
        const typing = /INPUT|TEXTAREA|SELECT/.test(event.target.tagName);
        if (event.key !== "/" || typing) return;
        event.preventDefault();
        document.querySelector("[data-search]")?.focus();
      }, signal);
      // Whoever comes back to the page sees the day as it is now.
      document.addEventListener("visibilitychange", () => { if (!document.hidden) this.$emit("seen"); }, signal);
      document.addEventListener("input", (event) => {
        if (event.target.matches("[data-search]")) this.search(event.target.value);
      }, signal);
      document.addEventListener("keydown", (event) => {
        if (!event.target.matches("[data-search]")) return;
        if (event.key === "Escape") { event.target.value = ""; this.search(""); this.$refs.scroll.focus(); }
        if (event.key === "Enter") this.$refs.scroll.focus();
      }, signal);
    },
    measure() {
      const width = this.$refs.scroll.clientWidth;
      if (!width) return;
      const { from, until } = this.day;
      const narrow = width < NARROW, header = narrow ? 108 : 176;
      const scale = Math.max((width - header - 1) / (until - from), narrow ? 1.1 : 0.6) * this.zoom;
      this.$el.style.setProperty("--hd", `${header}px`);
      this.view = {
        from, until, scale, header, now: this.day.now, selection: this.selection,
        x: (minute) => header + (minute - from) * scale,
        highlights: (bar) => this.highlights(bar),
      };
      this.rowHeight = this.compact ? 34 : 43;
      const total = header + (until - from) * scale;
      this.$refs.head.style.width = this.$refs.body.style.width = `${total}px`;
      this.$refs.body.style.height = `${this.rows.length * this.rowHeight}px`;
      this.$refs.body.style.backgroundSize = `${60 * scale}px 100%`;
      this.$refs.scroll.style.setProperty("--row", `${this.rowHeight}px`);
      this.paintHead();
      this.repaint();
    },
    refresh() {
      const kind = this.day.rows.filter((row) => row.rider === (this.show === "riders"));
      this.total = kind.length;
      this.rows = kind.filter((row) => {
        if (this.skill && !row.rider && !row.skill_list.includes(this.skill)) return false;
        if (this.filter && !row.bars.some((bar) => this.passes(bar))) return false;
        return !this.words || this.finds(row.name) || row.bars.some((bar) => this.finds(bar.name, bar.service));
      });
      this.shown = this.rows.length;
      this.$refs.scroll.setAttribute("aria-rowcount", String(this.rows.length + 1));
      this.measure();
    },
    finds(...texts) { return texts.some((text) => text.toLowerCase().includes(this.words)); },
    passes(bar) { return this.filter.kind === "priority" ? bar.priority === 2 : bar.state === this.filter.kind; },
    highlights(bar) {
      if (this.filter && !this.passes(bar)) return false;
      if (!this.words) return true;
      return this.finds(bar.name, bar.service) || this.rows.some((row) => this.finds(row.name) && row.bars.includes(bar));
    },
    search(text) { this.words = text.trim().toLowerCase(); this.refresh(); },
    setFilter(filter) { this.filter = filter; this.refresh(); },
    choose(kind) { this.show = kind; this.$refs.scroll.scrollTop = 0; this.refresh(); },
    toggleDensity() { this.compact = !this.compact; this.$nextTick(() => this.measure()); },
    print() { window.print(); },
    zoomBy(step, at) {
      const scroll = this.$refs.scroll;
      const next = ZOOM[Math.max(0, Math.min(ZOOM.length - 1, ZOOM.indexOf(this.zoom) + step))];
      if (next === this.zoom) return;
      const pointer = at ?? scroll.clientWidth / 2;
      const minute = (scroll.scrollLeft + pointer - this.view.header) / this.view.scale;
      this.zoom = next;
      this.measure();
      scroll.scrollLeft = minute * this.view.scale + this.view.header - pointer;
    },
    wheel(event) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 1 : -1, event.clientX - this.$refs.scroll.getBoundingClientRect().left);
    },
    later() {
      this.frame ??= requestAnimationFrame(() => { this.frame = undefined; this.repaint(true); });
    },
    repaint(keep = false) {
      if (!this.view) return;
      const { scroll, head } = this.$refs;
      const height = this.rowHeight;
      const top = Math.max(0, scroll.scrollTop), room = scroll.clientHeight - head.offsetHeight;
      const first = Math.max(0, Math.floor(top / height) - OVERSCAN);
      const last = Math.min(this.rows.length, Math.ceil((top + room) / height) + OVERSCAN);
      if (this.printing) this.swap(keep, 0, this.rows.length);
      else this.swap(keep, first, last);
    },
    swap(keep, first, last) {
      const { body } = this.$refs;
      for (const [index, element] of this.painted) {
        if (keep && index >= first && index < last) continue;
        element.remove();
        this.painted.delete(index);
      }
      for (let index = first; index < last; index += 1) {
        if (this.painted.has(index)) continue;
        const element = paintRow(this.rows[index], index, this.view);
        element.style.top = `${index * this.rowHeight}px`;
        this.painted.set(index, element);
        body.append(element);
      }
    },
    paintHead() {
      const { axis, lane, body } = this.$refs;
      const { from, until, now, x, scale } = this.view;
      axis.replaceChildren(make("span", "who", `${clock(from)} – ${clock(until)}`));
      const step = scale < 0.55 ? 120 : 60;
      for (let minute = from; minute < until; minute += step) {
        if (now !== null && Math.abs(minute - now) <= 30) continue;
        const label = make("span", "hour", clock(minute));
        label.style.left = `${x(minute)}px`;
        axis.append(label);
      }
      body.querySelector(".now")?.remove();
      if (now !== null && now >= from && now <= until) {
        const flag = make("span", "flag", clock(now)), line = make("div", "now");
        flag.style.left = `${Math.max(x(now), x(from) + FLAG_HALF)}px`;
        line.style.left = `${x(now) - 1}px`;
        axis.append(flag);
        body.append(line);
      }
      this.paintLane(lane);
    },
    paintLane(lane) {
      const items = this.day.lane;
      const placed = packLane(items, this.view, LANE_ROWS);
      const rows = items.length ? Math.max(...placed.map((card) => card.row), 0) + 1 : 0;
      lane.style.height = `${Math.max(rows * 26 + 10, items.length ? 62 : 26)}px`;
      lane.style.backgroundSize = `${60 * this.view.scale}px 100%`;
      lane.replaceChildren(this.laneHeader(items, items.length - placed.length));
      for (const card of placed) lane.append(...paintCard(card, this.view));
    },
    laneHeader(items, hidden) {
      if (!items.length) return make("div", "hd", make("div", "line ok", icon("check"), "全部排上"));
      const musts = items.filter((item) => item.priority === 2).length;
      const title = make("div", "line", icon("must", musts ? "bad" : "t3"), make("b", "", `未分配 ${items.length}`));
      const cell = make("div", "hd", title, make("div", "s11 t2", `优先 ${musts} · 其他 ${items.length - musts}`));
      if (hidden > 0) {
        const more = make("button", "more", `还有 ${hidden} 项…`);
        more.type = "button";
        more.addEventListener("click", () => this.$emit("more", {}));
        cell.append(more);
      }
      return cell;
    },
    pull(event) {
      if (this.day.editable) follow(this, event, (place) => this.$emit("drop", place));
    },
    click(event) {
      if (this.dragged) return;
      const bar = event.target.closest("[data-bar]"), row = event.target.closest("[data-row]");
      if (row) this.select(row.dataset.row, bar?.dataset.bar ?? null, "timeline");
      else if (bar) this.select(this.selection.row, bar.dataset.bar, "timeline"); // a card of the lane: the way stays in view
    },
    select(row, bar, origin) {
      const owner = bar && !row ? this.day.rows.find((one) => one.bars.some((item) => item.id === bar)) : null;
      this.selection.row = row ?? owner?.key ?? null;
      this.selection.bar = bar;
      const kind = this.day.rows.find((one) => one.key === this.selection.row);
      if (kind && kind.rider !== (this.show === "riders")) this.choose(kind.rider ? "riders" : "caregivers");
      this.mark();
      this.reveal();
      if (origin === "server") return;
      const detail = { row: this.selection.row, bar, origin };
      if (origin === "timeline") document.dispatchEvent(new CustomEvent("console:select", { detail }));
      this.$emit("select", detail);
    },
    mark() {
      for (const [index, element] of this.painted) {
        const row = this.rows[index], selected = row.key === this.selection.row;
        element.classList.toggle("sel", selected);
        element.style.setProperty("--k", colourOf(row, selected));
        for (const bar of element.querySelectorAll("[data-bar]")) {
          bar.classList.toggle("sel", bar.dataset.bar === this.selection.bar);
          bar.setAttribute("aria-selected", String(bar.dataset.bar === this.selection.bar));
        }
      }
      this.paintLane(this.$refs.lane);
    },
    reveal() {
      const { scroll, head, live } = this.$refs;
      const index = this.rows.findIndex((row) => row.key === this.selection.row);
      if (index >= 0) {
        const top = index * this.rowHeight, room = scroll.clientHeight - head.offsetHeight;
        if (top < scroll.scrollTop) scroll.scrollTop = top;
        if (top + this.rowHeight > scroll.scrollTop + room) scroll.scrollTop = top + this.rowHeight - room;
      }
      this.repaint(true);
      const chosen = this.selection.bar && document.getElementById(`tl-${this.selection.bar}`);
      if (chosen) scroll.setAttribute("aria-activedescendant", chosen.id);
      else scroll.removeAttribute("aria-activedescendant");
      live.textContent = chosen?.getAttribute("aria-label") ?? this.rows[index]?.name ?? "";
    },
    key(event) {
      const moves = {
        ArrowDown: () => this.step(1), ArrowUp: () => this.step(-1),
        ArrowRight: () => this.along(1), ArrowLeft: () => this.along(-1),
        Enter: () => this.$emit("open"), Escape: () => this.select(null, null, "timeline"),
        u: () => this.nextUnallocated(), U: () => this.nextUnallocated(),
      };
      const letter = event.key.toLowerCase();
      if (letter === "d" || ("mlw".includes(letter) && this.selection.bar)) moves[event.key] = () => this.$emit("act", { key: letter, bar: this.selection.bar });
      if (!moves[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      moves[event.key]();
    },
    step(by) {
      if (!this.rows.length) return;
      const now = this.rows.findIndex((row) => row.key === this.selection.row);
      const next = now < 0 ? 0 : Math.max(0, Math.min(this.rows.length - 1, now + by));
      const near = this.rows.flatMap((row) => row.bars).find((bar) => bar.id === this.selection.bar)?.start;
      const bars = this.rows[next].bars;
      const bar = near === undefined ? null : bars.toSorted((a, b) => Math.abs(a.start - near) - Math.abs(b.start - near))[0];
      this.select(this.rows[next].key, bar?.id ?? null, "timeline");
    },
    along(by) {
      const row = this.rows.find((one) => one.key === this.selection.row);
      const inLane = !row || this.day.lane.some((item) => item.id === this.selection.bar);
      const bars = inLane ? this.day.lane : row.bars;
      const now = bars.findIndex((bar) => bar.id === this.selection.bar);
      const next = bars[now < 0 ? (by > 0 ? 0 : bars.length - 1) : Math.max(0, Math.min(bars.length - 1, now + by))];
      if (next) this.select(row?.key ?? null, next.id, "timeline");
    },
    nextUnallocated() {
      const lane = this.day.lane, now = lane.findIndex((item) => item.id === this.selection.bar);
      if (lane.length) this.select(this.selection.row, lane[(now + 1) % lane.length].id, "timeline");
    },
    legend() {
      const entry = (tone, name, word) => make("span", tone, icon(name), word);
      const line = make("span", "", make("i", "sample"), "路程 · 分钟");
      this.$refs.foot.append(
        entry("ok", "check", "已完成"), entry("run", "run", "进行中"), entry("", "plano", "待执行"),
        entry("warn", "warn", "将晚到"), entry("bad", "bad", "未到"), entry("", "two", "双人服务"),
        entry("drf", "draft", "草稿改动"), entry("", "lockf", "已锁定"), entry("", "phone", "已致电"), line,
        make("span", "grow"), make("span", "t3", this.day.note),
      );
    },
  },
};

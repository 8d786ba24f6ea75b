// The district drawn from its own shapes, without tiles: land, water, roads, then routes and stops,
// or communities in the shades of an indicator. Uses the Leaflet that NiceGUI serves.

import { leaflet as L } from "nicegui-leaflet";

const GEOMETRY = "/console/geometry/";
const shapes = {};
const load = (name) => (shapes[name] ??= fetch(`${GEOMETRY}${name}.geojson`).then((answer) => {
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}));
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const PANES = ["land", "shade", "water", "roads", "edges", "names", "routes", "chosen", "stops"];
const HOME = `<svg class="ic" viewBox="0 0 16 16"><path d="M3 8.200L8 3.800l5 4.400M4.600 7.600v4.800h6.800V7.600"/></svg>`;

function dot(classes, text, style = "") {
  const span = document.createElement("span");
  span.textContent = text;
  return L.divIcon({ className: "", iconSize: [0, 0], html: `<i class="${classes}" style="${style}">${span.innerHTML}</i>` });
}

export default {
  template: `
    <div class="map">
      <div ref="map" class="map-canvas" role="application" aria-label="地图"></div>
      <div v-if="caption" class="ov map-caption"><span v-if="caption.colour" class="key" :style="{ '--k': caption.colour }"></span><b>{{ caption.name }}</b><span class="t2">{{ caption.text }}</span></div>
      <div class="ov map-zoom"><button type="button" aria-label="放大地图" @click="map.zoomIn()">+</button><button type="button" aria-label="缩小地图" @click="map.zoomOut()">−</button><button type="button" aria-label="回到全图" title="回到全图" @click="fit"><svg class="ic" aria-hidden="true"><use href="#i-whole"></use></svg></button></div>
      <div class="ov map-scale"><i :style="{ width: scale.width + 'px' }"></i>{{ scale.label }}</div>
      <div v-if="failed" class="ov map-failed" role="alert">地图图形没有加载成功，其他功能不受影响。</div>
    </div>`,
  props: { data: Object, resourcePath: String },
  data: () => ({ caption: null, scale: { width: 40, label: "" }, failed: false }),
  async mounted() {
    this.selection = { row: null, bar: null };
    this.ears = new AbortController();
    const { loadResource } = this;
    await loadResource(`${window.path_prefix ?? ""}${this.resourcePath}/leaflet/leaflet.css`);
    if (this.gone) return;
    this.map = L.map(this.$refs.map, {
      zoomControl: false, attributionControl: false, preferCanvas: false, zoomSnap: 0.25, zoomDelta: 0.75,
      wheelPxPerZoomLevel: 90, zoomAnimation: false, fadeAnimation: false, minZoom: 9, maxZoom: 17,
    });
    PANES.forEach((name, index) => { this.map.createPane(name).style.zIndex = String(400 + index * 10); });
    this.canvas = L.canvas({ pane: "routes", padding: 0.3 });
    this.layers = Object.fromEntries(["base", "routes", "chosen", "stops"].map((name) => [name, L.layerGroup().addTo(this.map)]));
    this.map.on("zoomend moveend", () => this.measure());
    const signal = { signal: this.ears.signal };
    document.addEventListener("console:theme", () => this.paint(), signal);
    document.addEventListener("console:select", ({ detail }) => this.choose(detail), signal);
    this.sized = new ResizeObserver(() => this.map.invalidateSize({ pan: false }));
    this.sized.observe(this.$refs.map);
    this.fit();
    await this.paint();
    this.$refs.map.dataset.ready = "true";
  },
  unmounted() {
    this.gone = true;
    this.ears?.abort();
    this.sized?.disconnect();
    this.map?.remove();
  },
  watch: {
    data(now, before) {
      if (JSON.stringify(now.bounds) !== JSON.stringify(before.bounds)) this.fit();
      this.paint();
    },
  },
  methods: {
    loadResource(url) {
      if (document.querySelector(`link[href="${url}"]`)) return Promise.resolve();
      return new Promise((resolve) => {
        const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: url, onload: resolve, onerror: resolve });
        document.head.append(link);
      });
    },
    fit() { this.map?.fitBounds(this.data.bounds, { paddingTopLeft: [16, this.data.shades ? 16 : 42], paddingBottomRight: [16, this.data.shades ? 16 : 30], animate: false }); },
    measure() {
      const metres = 60 * 40075016.686 * Math.cos((this.map.getCenter().lat * Math.PI) / 180) / 2 ** (this.map.getZoom() + 8);
      const nice = [100, 200, 500, 1000, 2000, 5000, 10000].filter((one) => one <= metres).at(-1) ?? 50;
      this.scale = { width: Math.round((nice / metres) * 60), label: nice >= 1000 ? `${nice / 1000} km` : `${nice} m` };
    },
    async paint() {
      if (!this.map) return;
      try {
        const [district, towns, schematic] = await Promise.all([load("district"), load("towns"), load("schematic")]);
        const communities = this.data.shades || this.data.towns?.length ? await load("communities") : null;
        if (this.gone) return;
        this.layers.base.clearLayers();
        this.paintLand(district, schematic);
        if (this.data.shades) this.paintShades(communities);
        this.paintTowns(towns);
      } catch (fault) {
        this.failed = true;
        console.warn("map shapes", fault.message);
      }
      this.paintRoutes();
    },
    shape(data, pane, style, extra = {}) {
      L.geoJSON(data, { pane, style, interactive: false, ...extra }).addTo(this.layers.base);
    },
    paintLand(district, schematic) {
      const kind = (...names) => schematic.features.filter((one) => names.includes(one.properties.kind));
      this.shape(district, "land", { fillColor: colour("--map-land"), fillOpacity: 1, color: colour("--map-line"), weight: 1.5 });
      const water = (one) => (one.geometry.type === "Polygon"
        ? { fillColor: colour("--map-water"), fillOpacity: 1, stroke: false }
        : { color: colour("--map-water"), weight: 4, lineCap: "round" });
      const wet = kind("water").filter((one) => !this.data.shades || one.geometry.type === "Polygon");
      this.shape(wet, this.data.shades ? "land" : "water", water);
      if (this.data.shades) return;
      const road = (one) => (one.properties.rank === "minor"
        ? { color: colour("--map-road2"), weight: 1.5 }
        : { color: colour("--map-road"), weight: one.properties.rank === "motorway" ? 4 : 2.5 });
      this.shape(kind("road"), "roads", road);
      this.shape(kind("railway"), "roads", { color: colour("--map-line"), weight: 1, dashArray: "5 4" });
    },
    paintTowns(towns) {
      const chosen = new Set(this.data.towns ?? []);
      this.shape(towns, "edges", (one) => (chosen.has(one.properties.code)
        ? { fill: false, color: colour("--accent"), weight: 2.5 }
        : { fill: false, color: colour(this.data.shades ? "--text2" : "--map-line"), weight: this.data.shades ? 1.2 : 1 }));
      for (const one of towns.features) {
        if (chosen.size && !chosen.has(one.properties.code) && !this.data.shades) continue;
        const label = this.data.labels?.[one.properties.code];
        const icon = dot("town", one.properties.name_zh.replace(/(街道|镇)$/, ""));
        if (label) icon.options.html = icon.options.html.replace("</i>", `<small>${label}</small></i>`);
        L.marker(L.geoJSON(one).getBounds().getCenter(), { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.layers.base);
      }
    },
    paintShades(communities) {
      const { values, bands, links } = this.data.shades;
      const style = (one) => {
        const band = bands[one.properties.code];
        return {
          color: colour("--surface"), weight: 1, fillOpacity: 1, className: band === undefined ? "shade none" : "shade",
          fillColor: band === undefined ? colour("--surface2") : colour(`--q${band}`),
        };
      };
      this.shape(communities, "shade", style, {
        interactive: true,
        onEachFeature: (one, layer) => {
          const words = `${one.properties.name_zh}　${values[one.properties.code] ?? "无法计算"}`;
          layer.bindTooltip(words, { sticky: true, direction: "top", className: "map-tip" });
          layer.on("click", () => { if (links) this.$emit("area", { code: one.properties.code, town: one.properties.town_code }); });
        },
      });
    },
    lineColour(route) { return route.colour < 0 ? colour("--text3") : colour(`--c${route.colour % 8}`); },
    paintRoutes() {
      const { routes, chosen, stops } = this.layers;
      [routes, chosen, stops].forEach((layer) => layer.clearLayers());
      for (const route of this.data.routes ?? []) {
        if (route.rider) continue; // hundreds of doors: drawn only for the rider who is chosen
        const style = { color: this.lineColour(route), renderer: this.canvas };
        const line = { ...style, weight: 1.4, opacity: 0.3, dashArray: route.colour >= 8 ? "4 2.5" : null };
        for (const trip of route.trips) {
          const ways = [route.base, ...trip.stops.map((stop) => stop.at), route.base];
          L.polyline(ways, line).on("click", () => this.say(route.key, null)).addTo(routes);
          for (const stop of trip.stops) {
            L.circleMarker(stop.at, { ...style, radius: 2.4, weight: 1.4, opacity: 0.75, fillColor: colour("--map-land"), fillOpacity: 1 })
              .on("click", () => this.say(route.key, stop.id)).addTo(routes);
          }
        }
      }
      this.paintUnplaced();
      this.paintChosen();
    },
    paintUnplaced() {
      for (const one of this.data.unplaced ?? []) {
        const selected = one.id === this.selection.bar;
        const icon = dot(`must${one.priority === 2 ? "" : " hollow"}${selected ? " on" : ""}`, "");
        const marker = L.marker(one.at, { icon, pane: "stops", keyboard: false, zIndexOffset: selected ? 900 : 300, title: `${one.name}　未分配` });
        marker.on("click", () => this.say(null, one.id)).addTo(this.layers.stops);
        if (selected) L.marker(one.at, { icon: dot("name", one.name), pane: "stops", interactive: false, keyboard: false }).addTo(this.layers.stops);
      }
    },
    paintChosen() {
      const route = (this.data.routes ?? []).find((one) => one.key === this.selection.row);
      this.caption = route ? { name: route.name, text: route.text, colour: this.lineColour(route) } : this.data.caption ?? null;
      if (!route) return;
      const stroke = route.colour < 0 ? colour("--accent") : this.lineColour(route);
      for (const trip of route.trips) {
        const way = [route.base, ...trip.stops.map((stop) => stop.at), route.base];
        const dim = route.trips.length > 1 && trip.id && this.selection.bar && trip.id !== this.selection.bar;
        L.polyline(way, { pane: "chosen", color: colour("--map-land"), weight: 6, interactive: false }).addTo(this.layers.chosen);
        L.polyline(way, { pane: "chosen", color: stroke, weight: 3, opacity: dim ? 0.35 : 1, interactive: false }).addTo(this.layers.chosen);
        trip.stops.forEach((stop, index) => this.paintStop(route, stop, index, stroke, dim));
      }
      L.marker(route.base, { icon: L.divIcon({ className: "", iconSize: [0, 0], html: `<i class="base">${HOME}</i>` }), pane: "stops", zIndexOffset: 500, keyboard: false, title: "出发点" }).addTo(this.layers.stops);
    },
    paintStop(route, stop, index, stroke, dim) {
      const current = stop.id === this.selection.bar && !route.rider;
      const classes = `stop${stop.done ? " done" : ""}${current ? " on" : ""}${dim ? " dim" : ""}`;
      const marker = L.marker(stop.at, {
        icon: dot(classes, String(index + 1), `--k:${stroke}`), pane: "stops", keyboard: false, zIndexOffset: current ? 800 : 400 - index, title: stop.name,
      });
      marker.on("click", () => this.say(route.key, stop.id)).addTo(this.layers.stops);
    },
    choose({ row, bar }) {
      const moved = row !== this.selection.row;
      this.selection = { row, bar };
      this.paintStops();
      if (moved) this.approach();
      const at = this.whereabouts();
      if (at && !this.map.getBounds().pad(-0.05).contains(at)) this.map.panTo(at, { animate: false });
    },
    // A route that is a speck on the whole map is brought near; a town's map stays as it is.
    approach() {
      const route = (this.data.routes ?? []).find((one) => one.key === this.selection.row);
      if (!route) return;
      const bounds = L.latLngBounds([route.base, ...route.trips.flatMap((trip) => trip.stops.map((stop) => stop.at))]);
      const [a, b] = [this.map.latLngToContainerPoint(bounds.getNorthWest()), this.map.latLngToContainerPoint(bounds.getSouthEast())];
      const speck = Math.max(b.x - a.x, b.y - a.y) < this.map.getSize().x / 5;
      if (speck || !this.map.getBounds().contains(bounds)) this.map.fitBounds(bounds, { padding: [40, 44], maxZoom: 14, animate: false });
    },
    paintStops() {
      this.layers.chosen.clearLayers();
      this.layers.stops.clearLayers();
      this.paintUnplaced();
      this.paintChosen();
    },
    whereabouts() {
      const { row, bar } = this.selection;
      const lost = (this.data.unplaced ?? []).find((one) => one.id === bar);
      const stops = (this.data.routes ?? []).find((one) => one.key === row)?.trips.flatMap((trip) => trip.stops) ?? [];
      return lost?.at ?? stops.find((stop) => stop.id === bar)?.at ?? null;
    },
    say(row, bar) {
      document.dispatchEvent(new CustomEvent("console:select", { detail: { row, bar, origin: "map" } }));
    },
  },
};

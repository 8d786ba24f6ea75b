"""问可约时段: who could come to an elder when, best first; one of them is taken into the draft."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool
from nicegui import ui
from nicegui.events import GenericEventArguments

from api.console import why_parts as parts
from api.console.controls import button, fill, html, tell
from api.console.deciding import Staff, offer, take_offer
from api.console.elder_search import ElderField
from api.console.errors import sentence
from api.console.fields import choice
from api.console.markup import tag
from api.console.replan_parts import elders_of
from api.console.visitor import Visitor
from eldercare.errors import EldercareError
from eldercare.rostering.explaining.offers import SlotOffers
from eldercare.rostering.views import RosterView

CHOSEN = "(e) => { const at = e.target.closest('[data-offer]'); if (at) emit(+at.dataset.offer) }"


class SlotDialog:
    """Asks for an elder and a service, and offers; `done` is called with the new visit's bar."""

    def __init__(
        self,
        visitor: Visitor,
        view: RosterView,
        staff: Staff,
        done: Callable[[str], None],
        *,
        may_edit: bool,
    ) -> None:
        self.visitor, self.view, self.done, self.may_edit = visitor, view, done, may_edit
        self.found: SlotOffers | None = None
        with ui.dialog() as self.dialog, ui.card().classes("ask slots"):
            html(tag("h2", "问可约时段"), "div", "ask-title")
            with ui.element("div").classes("asked"):
                self.elder = ElderField(visitor, view.on, elders_of(view), None, self._ask)
                self.service = choice("服务", dict(staff.services), None, self._ask)
            self.answer = html("", classes="slot-list", props="aria-live=polite")
            self.answer.on("click", self._take, js_handler=CHOSEN)
            with ui.element("div").classes("ask-foot"):
                button("关闭", self.dialog.close)
        self.dialog.open()

    async def _ask(self) -> None:
        elder, service = self.elder.value, self.service.value
        self.found = None
        if not elder or not service:
            fill(self.answer, "")
            return
        fill(self.answer, "正在计算…")
        try:
            found = await run_in_threadpool(
                offer, self.visitor, self.view.on, elder, str(service), self.view.name
            )
        except EldercareError as refused:
            fill(self.answer, tag("p", sentence(refused), class_="bad"))
            return
        if (elder, service) != (self.elder.value, self.service.value):
            return  # somebody else has been chosen meanwhile
        self.found = found
        fill(self.answer, parts.offers(found, may_take=self.may_edit))

    async def _take(self, event: GenericEventArguments) -> None:
        found, number = self.found, int(event.args)
        if found is None or not self.may_edit or not 0 <= number < len(found.offers):
            return
        self.found = None  # a second click takes nothing more
        try:
            report = await run_in_threadpool(
                take_offer, self.visitor, found, found.offers[number], self.view.name
            )
        except EldercareError as refused:
            tell(f"没有采用：{sentence(refused)}", kind="negative")
            await self._ask()
            return
        self.dialog.close()
        self.done(f"v:{report.visit_id}:0")

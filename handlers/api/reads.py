"""What can be looked at: releases and the record."""

from dataclasses import dataclass

from aiohttp import web

from bot.domain.effects import ReleaseId
from bot.domain.errors import NotFoundError
from bot.domain.policy import Rights
from bot.domain.release import Release
from bot.domain.workload import Workload
from bot.ports import Reader
from bot.usecases.tell_figures import INSIGHTS_OF, SUMMARY_OF, TellFigures
from bot.usecases.who_may import WhoMay
from handlers.api import forms
from handlers.api.figures import insights_json, summary_json
from handlers.api.problems import Said, not_found, said
from handlers.api.resources import release_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Answers every GET.  Any token may."""

    reader: Reader
    who_may: WhoMay
    tell_figures: TellFigures
    several_clusters: bool

    async def releases(self, request: web.Request) -> Said:
        paging = forms.paging(request.query, "cluster", "namespace", "name", "state")
        wanted = forms.release_filter(request.query)
        try:
            page = await self.reader.releases(wanted, after=paging.after, limit=paging.limit)
        except ValueError as error:
            raise forms.bad_cursor() from error
        rights: dict[Workload, Rights] = {}
        for release in page.items:
            if release.workload not in rights:
                rights[release.workload] = await self.who_may(release.workload)
        items = [
            release_json(release, rights[release.workload], several_clusters=self.several_clusters)
            for release in page.items
        ]
        return said({"items": items, "next": page.next})

    async def release(self, request: web.Request) -> Said:
        release = await self.find(request.match_info["id"])
        forms.parameters(request.query)
        return await self.shown(release)

    async def audit(self, request: web.Request) -> Said:
        paging = forms.paging(request.query, "release")
        release = forms.release_id(request.query)
        try:
            page = await self.reader.audit(release=release, after=paging.after, limit=paging.limit)
        except ValueError as error:
            raise forms.bad_cursor() from error
        return said({"items": page.items, "next": page.next})

    async def summary(self, request: web.Request) -> Said:
        length = forms.period(request.query, SUMMARY_OF)
        return said(summary_json(await self.tell_figures.summarise.of_last(length)))

    async def insights(self, request: web.Request) -> Said:
        length = forms.period(request.query, INSIGHTS_OF)
        return said(insights_json(*await self.tell_figures.of_last(length)))

    async def find(self, id_given: str) -> Release:
        """Raises: ProblemError: 404."""
        forms.possible_id(id_given)
        try:
            return await self.reader.release(ReleaseId(id_given))
        except NotFoundError as error:
            raise not_found("There is no such release.") from error

    async def shown(self, release: Release) -> Said:
        rights = await self.who_may(release.workload)
        return said(release_json(release, rights, several_clusters=self.several_clusters))

"""Every door of the site, on one screen."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from billing.views import gift, giving, join, owner, partner, proof, thanks
from billing.webhooks import webhook
from courses.feeds import Newest
from courses.sitemaps import SITEMAPS
from courses.views import (
    counts,
    drafts,
    emails,
    export,
    history,
    media,
    numbers,
    pictures,
    podcast,
    posts,
    progress,
    room,
    saved,
    search,
    series,
    situations,
    topics,
    uploads,
    versions,
    videos,
    watch,
    writing,
)
from nerdherd import installation, views
from nerdherd.accounts import views as people
from nerdherd.moving import views as moving

admin.autodiscover()
# One way in for everybody: the admin's own login form knows neither rate limits nor codes.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Nerd Herd"
admin.site.index_title = _("The editors’ room")

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("health/", views.health, name="health"),
    path("language/", views.language, name="language"),
    path("site.webmanifest", installation.manifest, name="manifest"),
    path("offline/<slug:language>/", installation.offline, name="offline"),
    path(
        "service-worker-<slug:language>.<slug:version>.js",
        installation.service_worker,
        name="service_worker",
    ),
    # What there is to see
    path("posts/", posts.post_list, name="post_list"),
    path("posts/<slug:slug>/", posts.post_detail, name="post_detail"),
    path("posts/<slug:slug>/counts/", counts.counts, name="counts"),
    path("drafts/<str:key>/", drafts.draft, name="draft"),
    path("topics/<slug:slug>/", topics.topic_detail, name="topic_detail"),
    path("series/<slug:slug>/", series.series_detail, name="series_detail"),
    path("situations/<slug:slug>/", situations.situation_detail, name="situation_detail"),
    path("search/", search.search_page, name="search"),
    path("cover.jpg", media.site_cover, name="site_cover"),
    path("media/<path:name>", media.public_picture, name="public_picture"),
    path("posts/<slug:slug>/playback/", watch.playback, name="playback"),
    path("watch/<str:pass_>/<int:video>/chapters.vtt", watch.watch_chapters, name="watch_chapters"),
    path(
        "watch/<str:pass_>/<int:video>/captions-<slug:language>.vtt",
        watch.watch_captions,
        name="watch_captions",
    ),
    path(
        "watch/<str:pass_>/<int:video>/<slug:attempt>/<str:name>",
        watch.watch_file,
        name="watch_file",
    ),
    # For machines
    path("feed/", Newest(), name="feed"),
    path("feed/<str:key>/", podcast.podcast, name="podcast"),
    path("feed/<str:key>/<slug:slug>.m4a", podcast.podcast_episode, name="podcast_episode"),
    path("robots.txt", views.robots, name="robots"),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"},
        name="sitemap_index",
    ),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    # Joining
    path("join/", join.join, name="join"),
    path("join/thanks/", thanks.join_thanks, name="join_thanks"),
    path("join/help/", proof.join_help, name="join_help"),
    path("join/code/", proof.join_code, name="join_code"),
    path("join/proof/", proof.join_proof, name="join_proof"),
    path("gift/", giving.giving, name="giving"),
    path("gift/<slug:code>/", gift.gift, name="gift"),
    path("gift/<slug:code>/code/", gift.gift_code, name="gift_code"),
    path("gift/<slug:code>/proof/", gift.gift_proof, name="gift_proof"),
    path("gift/<slug:code>/redemption/", gift.gift_redemption, name="gift_redemption"),
    path("account/partner/", partner.invitation, name="invitation"),
    path("account/partner/removal/", partner.invitation_removal, name="invitation_removal"),
    path("partner/<slug:token>/", partner.partner, name="partner"),
    path("partner/<slug:token>/code/", partner.partner_code, name="partner_code"),
    path("partner/<slug:token>/proof/", partner.partner_proof, name="partner_proof"),
    # Stripe must never be redirected, so it is welcome with and without the slash.
    path("stripe/webhook/", webhook, name="stripe_webhook"),
    path("stripe/webhook", webhook),
    # People
    path("account/", people.account, name="account"),
    path("account/export/", people.export, name="account_export"),
    path("account/delete/", people.deletion, name="account_deletion"),
    path(
        "account/delete/withdrawal/",
        people.deletion_withdrawal,
        name="account_deletion_withdrawal",
    ),
    path("account/progress/", progress.progress, name="progress"),
    path("account/history/", history.history, name="history"),
    path("account/history/clearing/", history.clearing, name="history_clearing"),
    path("account/history/pause/", history.pause, name="history_pause"),
    path("account/history/resumption/", history.resumption, name="history_resumption"),
    path("account/emails/", emails.email_choices, name="email_choices"),
    path("emails/<str:key>/", emails.unsubscription, name="unsubscription"),
    path("account/podcast/", podcast.podcast_key, name="podcast_key"),
    path("account/saved/", saved.saved, name="saved"),
    path("account/saved/<slug:slug>/", saved.saving, name="saving"),
    path("account/saved/<slug:slug>/removal/", saved.removal, name="saving_removal"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/keys/webauthn/add/", people.AddPasskey.as_view(), name="add_passkey"),
    path("accounts/keys/", include("allauth.mfa.urls")),
    path("accounts/devices/", include("allauth.usersessions.urls")),
    path(".well-known/security.txt", views.security, name="security"),
    path(
        ".well-known/change-password",
        RedirectView.as_view(pattern_name="account_change_password"),
    ),
    # The editors' room, beside the admin's own pages
    path("admin/uploads/", uploads.beginning, name="uploads"),
    path("admin/uploads/<slug:pk>/", uploads.upload, name="upload"),
    path(
        "admin/uploads/<slug:pk>/parts/<int:number>/address/",
        uploads.part_address,
        name="upload_part_address",
    ),
    path("admin/uploads/<slug:pk>/parts/<int:number>/", uploads.part, name="upload_part"),
    path("admin/uploads/<slug:pk>/completion/", uploads.completion, name="upload_completion"),
    path("admin/uploads/<slug:pk>/deletion/", uploads.deletion, name="upload_deletion"),
    path("admin/pictures/", pictures.pictures, name="pictures"),
    path("admin/pictures/choices/", pictures.picture_choices, name="picture_choices"),
    path("admin/videos/<int:pk>/", videos.video_standing, name="video_standing"),
    path("admin/videos/<int:pk>/attempt/", videos.video_attempt, name="video_attempt"),
    path("admin/posts/new/writing/", writing.working_copy, name="working_copy"),
    path("admin/posts/<int:pk>/writing/", writing.working_copy, name="working_copy"),
    path("admin/posts/new/writing/deletion/", writing.throwing_away, name="throwing_away"),
    path("admin/posts/<int:pk>/writing/deletion/", writing.throwing_away, name="throwing_away"),
    path("admin/posts/new/writing/<slug:reader>/", drafts.unsaved_preview, name="unsaved_preview"),
    path(
        "admin/posts/<int:pk>/writing/<slug:reader>/",
        drafts.unsaved_preview,
        name="unsaved_preview",
    ),
    path("admin/posts/<int:pk>/preview/<slug:reader>/", drafts.preview, name="preview"),
    path("admin/posts/<int:pk>/links/", drafts.links, name="draft_links"),
    path("admin/links/<int:pk>/revocation/", drafts.revocation, name="draft_link_revocation"),
    path("admin/posts/<int:pk>/versions/<int:number>/", versions.version, name="version"),
    path(
        "admin/posts/<int:pk>/versions/<int:number>/since/<int:since>/",
        versions.version,
        name="version_since",
    ),
    path(
        "admin/posts/<int:pk>/versions/<int:number>/restoration/",
        versions.restoration,
        name="restoration",
    ),
    path("admin/posts/<int:pk>/numbers/", numbers.numbers, name="numbers"),
    path("admin/posts/<int:pk>/numbers.csv", numbers.numbers_csv, name="post_numbers_csv"),
    path("admin/numbers.csv", numbers.numbers_csv, name="numbers_csv"),
    path("admin/posts.csv", export.posts_csv, name="posts_csv"),
    path("admin/moving/", moving.moves, name="moves"),
    path("admin/moving/<int:pk>/", moving.move, name="move"),
    path("admin/moving/<int:pk>/standing/", moving.standing, name="move_standing"),
    path("admin/moving/<int:pk>/columns/", moving.columns, name="move_columns"),
    path("admin/moving/<int:pk>/bringing/", moving.bringing, name="move_bringing"),
    path("admin/moving/<int:pk>/forgetting/", moving.forgetting, name="move_forgetting"),
    path("admin/moving/<int:pk>/report.csv", moving.report, name="move_report"),
    # The owner's desk
    path("admin/money/", owner.money, name="owner_money"),
    path("admin/money/reconciliation/", owner.reconciliation, name="owner_reconciliation"),
    path("admin/money/events/<int:pk>/replay/", owner.replay, name="owner_replay"),
    path("admin/money/members.csv", owner.members_csv, name="owner_members_csv"),
    path("admin/money/purchases.csv", owner.purchases_csv, name="owner_purchases_csv"),
    path("admin/", room.room),
    path("admin/", admin.site.urls),
]

handler500 = views.broken

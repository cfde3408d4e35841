"""The pages of the demo library that tests and pictures go through."""

ARTICLE = "/posts/the-first-step-to-developing-empathy/"
FREE_VIDEO = "/posts/how-to-help-someone-navigate-shame-effectively/"
MEMBERS_VIDEO = "/posts/what-is-attachment-protest-and-why-is-it-unhelpful-as-a-grownup/"

PUBLIC = {
    "home": "/",
    "library": "/posts/",
    "article": ARTICLE,
    "video": FREE_VIDEO,
    "paywall": MEMBERS_VIDEO,
    "topic": "/topics/shame/",
    "situation": "/situations/wont-sleep/",
    "series": "/series/the-art-of-repair/",
    "search": "/search/?q=bedtime",
    "nothing-found": "/search/?q=zebra",
    "join": "/join/",
    "help": "/join/help/",
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "narrowed": "/posts/?topic=shame&kind=video",
    "nothing-fits": "/posts/?topic=shame&kind=article&age=teen&minutes=5",
    "search-begins": "/search/",
    "search-slip": "/search/?q=tantrm",
    "giving": "/gift/",
    "everybody": "/accessibility/",
    "code": "/accounts/login/code/",
    "new-password": "/accounts/password/reset/",
}
# Pages that answer with an error, each in its own words.
MISSING = {"missing": "/nowhere/", "elsewhere": "/join/thanks/"}
FOR_SIGNED_IN = {
    "own-paywall": MEMBERS_VIDEO,
    "own-video": FREE_VIDEO,
    "not-a-member": "/account/",
    "own-join": "/join/",
    "no-podcast": "/account/podcast/",
}
FOR_MEMBERS = {
    "member-video": MEMBERS_VIDEO,
    "account": "/account/",
    "history": "/account/history/",
    "saved": "/account/saved/",
    "podcast": "/account/podcast/",
    "emails": "/account/emails/",
    "devices": "/accounts/devices/",
    "passkeys": "/accounts/keys/webauthn/",
    "second-factor": "/accounts/keys/",
    "joined": "/join/",
    "own-series": "/series/the-art-of-repair/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "sign-out": "/accounts/logout/",
    "export": "/account/export/",
    "delete": "/account/delete/",
}
FOR_STAFF = {
    "admin": "/admin/",
    "admin-posts": "/admin/courses/post/",
    "admin-new-post": "/admin/courses/post/add/",
    "admin-post": "/admin/courses/post/1/change/",
    "admin-numbers": "/admin/posts/1/numbers/?days=90",
    "admin-month": "/admin/?month=2026-01",
    "admin-versions": "/admin/courses/post/1/history/",
    "admin-deleting": "/admin/courses/post/1/delete/",
    "admin-preview": "/admin/posts/1/preview/visitor/",
    "admin-purchases": "/admin/billing/purchase/",
    "admin-money": "/admin/money/",
    "admin-moving": "/admin/moving/",
    "admin-audit": "/admin/lib/auditline/",
    "admin-captions": "/admin/courses/video/1/change/",
    "admin-pictures": "/admin/courses/picture/",
    "admin-picture": "/admin/courses/picture/1/change/",
    "admin-new-picture": "/admin/courses/picture/add/",
    "admin-series": "/admin/courses/series/1/change/",
    "admin-situation": "/admin/courses/situation/1/change/",
}

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
}
FOR_STAFF = {
    "admin": "/admin/",
    "admin-posts": "/admin/courses/post/",
    "admin-new-post": "/admin/courses/post/add/",
    "admin-purchases": "/admin/billing/purchase/",
}

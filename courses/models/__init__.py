"""The nouns of the library, one a file."""

from courses.models.caption import Caption
from courses.models.daily import DailyCount
from courses.models.draft_link import DraftLink
from courses.models.imported import ImportedPost
from courses.models.link import InnerLink
from courses.models.news import Announcement, NewsChoice
from courses.models.picture import Picture
from courses.models.podcast import PodcastKey
from courses.models.post import Post
from courses.models.progress import PausedHistory, Progress
from courses.models.redirect import Redirect
from courses.models.related import PostVector, SimilarPost
from courses.models.saved import Saved
from courses.models.search import (
    Audience,
    Entry,
    PublicEntry,
    SearchMiss,
    SearchSlip,
    SearchWord,
    Synonyms,
    WholeEntry,
)
from courses.models.series import Series
from courses.models.situation import Situation, SituationPost
from courses.models.topic import Topic
from courses.models.upload import Upload
from courses.models.version import Version
from courses.models.video import Video
from courses.models.working import WorkingCopy

__all__ = [
    "Announcement",
    "Audience",
    "Caption",
    "DailyCount",
    "DraftLink",
    "Entry",
    "ImportedPost",
    "InnerLink",
    "NewsChoice",
    "PausedHistory",
    "Picture",
    "PodcastKey",
    "Post",
    "PostVector",
    "Progress",
    "PublicEntry",
    "Redirect",
    "Saved",
    "SearchMiss",
    "SearchSlip",
    "SearchWord",
    "Series",
    "SimilarPost",
    "Situation",
    "SituationPost",
    "Synonyms",
    "Topic",
    "Upload",
    "Version",
    "Video",
    "WholeEntry",
    "WorkingCopy",
]

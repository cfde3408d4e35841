"""The nouns of the library, one a file."""

from courses.models.post import Post
from courses.models.related import SimilarPost
from courses.models.series import Series
from courses.models.topic import Topic
from courses.models.video import Caption, Video

__all__ = ["Caption", "Post", "Series", "SimilarPost", "Topic", "Video"]

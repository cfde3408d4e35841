"""The list under every post: two engines that say what is near, one set of rules that chooses."""

"""How nbgrader treats the exercises, wherever it is called in this folder; tools/release.py uses the same."""

c = get_config()  # noqa: F821 (nbgrader puts it there)

c.CourseDirectory.course_id = "hidden-layers"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.text_stub = "*Your answer goes here.*"
# Seconds for one cell. An honest answer needs at most two minutes; on a machine that does ten other things, twenty.
c.ExecutePreprocessor.timeout = 3600
c.Execute.timeout = 3600

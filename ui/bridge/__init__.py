"""The only room that knows Qt and async: tasks, frames, changes; runs in the desk."""

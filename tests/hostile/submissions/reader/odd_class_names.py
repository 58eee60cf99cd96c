"""A model whose class and parameters have names of markup and controls."""
import torch

Odd = type("<script>alert('@MARK@')</script>\x1b[2J", (LogisticRegressionModel,), {})
Odd.__qualname__ = "\n::error::@MARK@"

"""Settings of capture; nothing is captured, so they are only kept."""

cache_size_limit = recompile_limit = 8
accumulated_cache_size_limit = accumulated_recompile_limit = 256
suppress_errors = verbose = False
dynamic_shapes = automatic_dynamic_shapes = True
capture_scalar_outputs = capture_dynamic_output_shape_ops = False
disable = False
optimize_ddp = True
inline_inbuilt_nn_modules = True

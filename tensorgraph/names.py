"""Public names that are loaded when first asked for, by module."""

MODULES = {
    "fft": "fft",
    "forward": "draw",
    "graph.function_graph": "FunctionGraph",
    "graph.search": "applys_between clone_replace equal_computations "
    "get_var_by_name toposort truncated_graph_inputs variable_depends_on "
    "vars_between walk",
    "inference.predict": "predict",
    "inference.sample": "density sample",
    "logprob.unconstrain": "unconstrain",
    "ops.creating.create": "alloc empty empty_like",
    "ops.creating.diagonal": "diagflat fill_diagonal fill_diagonal_offset identity "
    "identity_like trace",
    "ops.creating.grid": "fromfunction indices ix_ meshgrid mgrid ogrid",
    "ops.creating.patterned": "diag_indices diag_indices_from tri tril_indices "
    "tril_indices_from triu_indices triu_indices_from vander",
    "ops.creating.spacing": "geomspace linspace logspace",
    "ops.creating.windows": "bartlett blackman hamming hann hanning kaiser",
    "ops.extending.detach": "consider_constant stop_gradient zero_grad",
    "ops.extending.gradient": "disconnected_grad grad_clip grad_scale undefined_grad",
    "ops.extending.inner": "custom_gradient OpFromGraph",
    "ops.extending.printing": "Print",
    "ops.extending.raising": "Assert CheckAndRaise",
    "ops.extending.wrap_py": "wrap_py",
    "ops.indexing.along": "put_along_axis take_along_axis",
    "ops.indexing.flat_index": "ravel_multi_index unravel_index",
    "ops.indexing.index": "inc_subtensor set_subtensor",
    "ops.indexing.nonzero": "flatnonzero nonzero",
    "ops.indexing.selection": "argwhere compress extract nonzero_values",
    "ops.indexing.take": "choose place put putmask select slice_at_axis take",
    "ops.linalg.assume": "assume",
    "ops.linalg.einsum": "einsum",
    "ops.linalg.product": "outer",
    "ops.linalg.products": "cross inner kron matrix_dot matvec tensordot vdot vecdot "
    "vecmat",
    "ops.pointwise.aliases": "absolute acos acosh and_ asin asinh atan atan2 atanh "
    "bitwise_invert bitwise_left_shift bitwise_not bitwise_right_shift conjugate "
    "degrees divide equal expit floor_divide greater greater_equal int_div less "
    "less_equal log1pexp multiply negative not_equal or_ power psi radians "
    "remainder sgn square subtract tri_gamma true_divide xor",
    "ops.pointwise.arithmetic": "cbrt ceil_intdiv copysign divmod fabs float_power "
    "fmod frexp gcd heaviside lcm ldexp modf nextafter positive signbit spacing",
    "ops.pointwise.bits": "bitwise_and bitwise_count bitwise_or bitwise_xor invert "
    "left_shift logical_xor right_shift",
    "ops.pointwise.comparison": "allclose clip fmax fmin isclose isfinite isinf "
    "isneginf isposinf nan_to_num",
    "ops.pointwise.complex": "angle complex_from_polar iscomplex isreal",
    "ops.pointwise.exponential": "exp2 log10 log2 logaddexp logaddexp2",
    "ops.pointwise.parts": "complex conj imag real",
    "ops.pointwise.rounding": "around fix iround rint round "
    "round_half_away_from_zero round_half_to_even trunc",
    "ops.pointwise.trigonometry": "arccos arccosh arcsin arcsinh arctan2 arctanh "
    "cosh deg2rad hypot rad2deg sinc sinh tan",
    "ops.reducing.counts": "bincount histogram histogram_bin_edges",
    "ops.reducing.cumulative": "cummax cummin cumprod cumsum cumulative_prod "
    "cumulative_sum logcumsumexp",
    "ops.reducing.differences": "cumulative_trapezoid diff ediff1d gradient "
    "trapezoid unwrap",
    "ops.reducing.nan_reductions": "nanargmax nanargmin nancumprod nancumsum nanmax "
    "nanmean nanmin nanprod nanstd nansum nanvar",
    "ops.reducing.quantiles": "median nanmedian nanpercentile nanquantile percentile "
    "quantile",
    "ops.reducing.reduce": "amax amin",
    "ops.reducing.statistics": "average corrcoef count_nonzero cov ptp",
    "ops.shaping.axes": "atleast_1d atleast_2d atleast_3d atleast_Nd dimshuffle "
    "matrix_transpose permute_dims rollaxis shape_padaxis shape_padleft "
    "shape_padright specify_broadcastable",
    "ops.shaping.block": "append block column_stack concat concat_with_broadcast "
    "dstack horizontal_stack hstack join stacklists vertical_stack vstack",
    "ops.shaping.edit": "delete insert",
    "ops.shaping.fold": "flatten join_dims pack split_dims unpack",
    "ops.shaping.lengths": "broadcast_shape broadcast_shapes ndim shape size",
    "ops.shaping.pad": "pad",
    "ops.shaping.repeat": "repeat resize tile",
    "ops.shaping.roll": "flip fliplr flipud roll rot90",
    "ops.shaping.shape": "broadcast_arrays fill second",
    "ops.shaping.sliding": "sliding_window_view",
    "ops.shaping.split": "array_split dsplit hsplit unstack vsplit",
    "ops.signal.convolve": "convolve convolve2d correlate correlate2d fftconvolve",
    "ops.signal.interpolate": "cubic_spline interp",
    "ops.sorting.order": "argtopk inverse_permutation permute_row_elements topk "
    "topk_and_argtopk",
    "ops.sorting.partition": "argpartition partition",
    "ops.sorting.search": "digitize searchsorted",
    "ops.sorting.sets": "intersect1d isin setdiff1d setxor1d union1d unique "
    "unique_all unique_counts unique_inverse unique_values",
    "ops.sorting.sort": "argsort lexsort sort",
    "ops.special.bessel": "i0 i0e i1 i1e iv ive j0 j1 jn jv k0 k0e k1 k1e kn kv kve "
    "y0 y1 yn yv",
    "ops.special.beta": "beta betainc betaincc betainccinv betaincinv betaln log_binom",
    "ops.special.elliptic": "ellipe ellipk ellipkm1",
    "ops.special.error_functions": "dawsn erfcinv erfcx erfi erfinv",
    "ops.special.gamma": "binom factorial gamma gammasgn loggamma multigammaln poch "
    "rgamma",
    "ops.special.hypergeometric": "hyp0f1 hyp1f1 hyp2f1 hyperu",
    "ops.special.incomplete_gamma": "chdtr chdtrc chi2sf gammainc gammaincc "
    "gammainccinv gammaincinv gammal gammau",
    "ops.special.integrals": "exp1 expi expn fresnel owens_t shichi sici spence",
    "ops.special.logarithms": "boxcox boxcox1p cosm1 entr exp10 exprel inv_boxcox "
    "inv_boxcox1p kl_div log_expit logit powm1 rel_entr wrightomega xlog1py "
    "xlogx xlogy",
    "ops.special.losses": "huber pseudo_huber",
    "ops.special.normal": "log_ndtr ndtr ndtri ndtri_exp",
    "ops.special.zeta": "zeta zetac",
    "optimize": "optimize",
    "picture": "pydotprint",
    "rewrites.bisect": "bisect",
    "testing.gradients": "numeric_grad verify_grad",
}

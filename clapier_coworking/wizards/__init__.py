from . import (
    coworking_bpf,
    coworking_bpf_line,
    coworking_session_maker,
    coworking_session_maker_line,
)

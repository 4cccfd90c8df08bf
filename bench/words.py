# SPDX-License-Identifier: MIT
"""What the page says: for a reader who has not seen this project, nor an IA-64 processor."""

TITLE = "paravirt_ops for IA-64, measured"
INTRO = (
    "One Linux kernel for IA-64 (Intel Itanium) runs on bare hardware and as a guest of a "
    "hypervisor. This page says what either costs, and how fast the tools are that come with it.",
    "It is measured on this project's own machine, an emulator of an IA-64 computer that counts "
    "what it executes. The counts are exact: the same inputs give the same numbers, to the last "
    "one, on any host. They are no times: a bundle counts as one whatever it does, there are no "
    "caches, no pipeline and no cost of an interruption beside its code. On a real processor an "
    "entry into a hypervisor is dearer than its bundles, and so is what traps. Seconds on this "
    "page are those of the computer that ran the emulator.",
)
WORDS = ("Words",)
TERMS = (
    ("Bundle",
     "what an IA-64 processor fetches at once: 16 bytes with three instructions, some of which "
     "may be empty (nop)."),
    ("Stock kernel, pv_ops kernel",
     "Linux as Debian has it, and the same with this project's changes; compiled by the same "
     "compiler from the same configuration."),
    ("Native",
     "the kernel runs on the bare machine."),
    ("Hypervisor, guest",
     "the hypervisor has the machine for itself (privilege level 0) and runs a kernel as its "
     "guest at level 1, where the processor refuses instructions that control the machine; "
     "programs run at level 3."),
    ("Trap",
     "such an instruction interrupts the guest; the hypervisor finds out which it was, does in "
     "software what it would have done, and goes on. That is what paravirtualization avoids."),
    ("Site",
     "a place in the kernel with such an instruction, recorded by the compiler. Patched guest: "
     "it has replaced its sites by something that does not trap, when it started."),
    ("Hyperprivop",
     "a request to the hypervisor for one privileged operation, made by a break instruction with "
     "a number: dearer than an instruction, far cheaper than a trap. RFI is the one that "
     "returns from an interruption."),
    ("Hypercall",
     "a request to the hypervisor for a service: events, the console, the scheduler."),
)
VERSIONS = ("What was measured",)
WORKLOADS = (
    "The workloads",
    "Small static IA-64 programs. What doing a workload once costs is the difference of two runs "
    "that do it N and 2 N times, divided by N: booting and ending drop out.",
)
ONCE = (
    ("boot",
     "start of the kernel until its first program ends, and power off"),
    ("compute",
     "program that computes (sieve, random numbers): nearly no kernel"),
)
NATIVE = (
    "The cost of pv_ops on bare metal",
    "Each workload under the stock kernel and under the pv_ops kernel. The change is what bare "
    "metal pays for being able to be a guest; the goal is 0.1 % or less.",
    "How to read it: a bar to the left means fewer bundles with pv_ops. Two kernels of different "
    "size lay out their memory differently, which moves each figure by some tenths of a percent "
    "at random. Each workload therefore runs in several variants (memory size, command line) "
    "that are added up; the grey line goes from the lowest to the highest of them. Where it "
    "crosses zero, no difference was found.",
)
NATIVE_LABELS = ("change, all variants together", "lowest to highest of the variants",
                 "limit of make cost")
NATIVE_NOTE = (
    "sites is left out of the plot, and of the goal: the worst case, a module of nothing but "
    "sites. module is an ordinary driver."
)
GUEST = (
    "The cost of being a guest",
    "The same kernel file natively, as a patched guest, and as a guest whose C code was left as "
    "it is, so that the hypervisor emulates each privileged instruction in it.",
    "How to read it: 1 is native, 2 is twice as many bundles. The blue bar is what a guest pays; "
    "what the orange one is longer is what patching is worth.",
)
BEYOND = (
    "Where the difference comes from",
    "Every bundle of the hypervisor belongs to the interruption of the guest that it serves: the "
    "machine's trace has all of them. The number beside a bar is the sum: what the patched "
    "guest executes more, in percent of native. An arrow says that the bar is drawn shorter than "
    "it is.",
)
SPEED = (
    "The machine's speed",
    "How fast the emulator is: a computing program, and the boot of Linux, in IA-64 instructions "
    "for each second of the host's processor. Simulators run in turns, several times, the best "
    "run counts. The ratio is another simulator's time to this machine's for the same program "
    "file.",
)
OPERATIONS = (
    "Single operations of Linux",
    "On the machine, natively: bundles are exact, microseconds are the host's.",
)
PATCHER = (
    "The patcher",
    "What the kernel does to itself before it starts: as a guest, and under the audit backend, "
    "which replaces every operation to test that this is harmless. Bundles are counted from the "
    "call of pv_patch_kernel() to its return; the machine has 100 million bundles to the virtual "
    "second.",
)
CHECKER = (
    "The checker",
    "pvcheck decodes each instruction of the kernel file and proves that no privileged one is "
    "forgotten. A slot is the place of one instruction.",
)
SETUP = (
    "Setting up",
    "What a new clone needs. Compiler, kernels and C library are built once and kept in the "
    "user's cache directory; their times were written down when that happened, and depend on "
    "what else the host did. CPU seconds are the sum over all processors.",
)
AGAIN = (
    "To measure again",
    "make bench makes this page (bench/out), docs/bench.md says more. bench/compare DIRECTORY "
    "DIRECTORY compares the exact figures of two runs. make figures takes a run's figures into "
    "README.md and docs/.",
)

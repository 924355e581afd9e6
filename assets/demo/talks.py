"""What the seven demo recordings show and say.

Every sentence is read aloud by `build.py`, becomes a caption, and states only what the conference file says or what is
common knowledge about recommender systems. Nobody's own words are put into a speaker's mouth: the recordings speak
about a talk, not as its speaker. This module must hold words and figures alone, nothing that draws or measures.
"""

from typing import Literal

import msgspec


class Flow(msgspec.Struct, frozen=True):
    """Boxes below each other, joined by arrows."""

    steps: tuple[str, ...]


class Loop(msgspec.Struct, frozen=True):
    """Four boxes in a ring, each leading to the next."""

    steps: tuple[str, str, str, str]


class Layers(msgspec.Struct, frozen=True):
    """Blocks below each other, each as wide as its share (0 to 1), with a note under its label."""

    blocks: tuple[tuple[str, str, float], ...]
    caption: str


class Bars(msgspec.Struct, frozen=True):
    """Bars from the left, each as long as its share (0 to 1), with a label above and a figure at its end."""

    bars: tuple[tuple[str, str, float], ...]
    caption: str


class Curve(msgspec.Struct, frozen=True):
    """A sketched line over (x, y) in 0 to 1, with a marked point and what it means, written on a side of it."""

    across: str
    up: str
    points: tuple[tuple[float, float], ...]
    mark: tuple[float, float]
    meaning: str
    side: Literal["left", "above", "below"]


class Network(msgspec.Struct, frozen=True):
    """A recommendation model: dense features through layers, sparse ones through tables, joined to one number."""

    dense: str
    sparse: str
    result: str


class Pair(msgspec.Struct, frozen=True):
    """One category split into a row of each of two small tables, joined to one vector."""

    category: str
    first: str
    second: str
    result: str


class Meeting(msgspec.Struct, frozen=True):
    """Two boxes side by side that lead to one."""

    first: str
    second: str
    result: str
    caption: str


Figure = Flow | Loop | Layers | Bars | Curve | Network | Pair | Meeting


class Point(msgspec.Struct, frozen=True):
    """A line of a slide, which appears when its sentences begin."""

    shown: str
    spoken: tuple[str, ...]


class Slide(msgspec.Struct, frozen=True):
    """A slide, which is a chapter of the recording as well."""

    title: str
    points: tuple[Point, ...]
    figure: Figure


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A recording: its slug is that of its talk in the conference file. `voice` and `pace` are espeak-ng's."""

    slug: str
    kicker: str
    title: str
    speakers: str
    affiliation: str
    accent: str
    voice: str
    pace: int
    pitch: int
    opening: tuple[str, ...]
    slides: tuple[Slide, ...]


INDIGO = "#3F4FA3"
TEAL = "#0B7A75"
PLUM = "#8A3B66"

INTRODUCTION = Talk(
    slug="introduction",
    kicker="Introduction",
    title="Introduction to PeRSonAl",
    speakers="Carole-Jean Wu and Udit Gupta",
    affiliation="Facebook AI Research · Harvard University",
    accent=INDIGO,
    voice="en-us+f3",
    pace=158,
    pitch=48,
    opening=(
        "Welcome to PeRSonAl 2020, the tutorial on personalized recommendation systems and algorithms.",
        "This is its second edition, and it is free and open to all.",
    ),
    slides=(
        Slide(
            "Ranking by taste",
            (
                Point(
                    "Search, advertising, shopping, entertainment",
                    ("Ranking content by a person's taste drives search, advertising, shopping and entertainment.",),
                ),
                Point("Few places, very many candidates", ("A screen has few places, and the candidates are many.",)),
                Point(
                    "A large part of the cycles in a datacenter",
                    ("Today this takes a large part, often most, of the machine learning cycles in a datacenter.",),
                ),
            ),
            Flow(
                (
                    "All that could be shown",
                    "Candidates for this person",
                    "Ranked by a model",
                    "A handful on the screen",
                )
            ),
        ),
        Slide(
            "From rules to deep learning",
            (
                Point("At first: rules written by hand", ("The first recommenders were rules, written by hand.",)),
                Point(
                    "Then: patterns among people and items",
                    ("Then systems learned from what people with a similar taste had liked.",),
                ),
                Point(
                    "Now: deep networks",
                    ("Today deep networks learn from many signals at once, and the models keep growing.",),
                ),
            ),
            Flow(("Hand-written rules", "Similar people, similar items", "Factorized matrices", "Deep learning")),
        ),
        Slide(
            "What that did to the systems",
            (
                Point(
                    "Dense features: arithmetic",
                    ("Numbers, such as an age or a time, pass through layers of arithmetic.",),
                ),
                Point(
                    "Sparse features: memory",
                    ("Categories, such as a film or a shop, each fetch a row from a large table.",),
                ),
                Point(
                    "So memory decides as often as arithmetic",
                    ("So it is often memory, and not arithmetic, that decides how fast such a model runs.",),
                ),
            ),
            Network("dense features", "sparse features", "will this person like it?"),
        ),
        Slide(
            "Every layer of the stack",
            (
                Point(
                    "Algorithms and data sets", ("The tutorial asks for new algorithms and for data to test them on,",)
                ),
                Point("Systems and hardware", ("for systems and hardware made for this workload,",)),
                Point(
                    "Applications and case studies",
                    ("and for applications and case studies from training and deployment.",),
                ),
            ),
            Layers(
                (
                    ("Applications", "", 0.46),
                    ("Algorithms and data", "", 0.64),
                    ("Systems", "", 0.82),
                    ("Hardware", "", 1.0),
                ),
                "One workload, every layer",
            ),
        ),
        Slide(
            "The program today",
            (
                Point("Three plenary talks", ("Three plenary talks come first.",)),
                Point("Three papers, recorded beforehand", ("Three papers are recorded, and open from the start.",)),
                Point(
                    "Questions, answered live",
                    ("Ask while you watch: the authors answer live, in the last session.", "Let us begin."),
                ),
            ),
            Flow(("Introduction", "Three plenary talks", "Research talks: Q&A")),
        ),
    ),
)

CAUSALITY = Talk(
    slug="time-context-causality",
    kicker="Plenary talk 1",
    title="Time, Context and Causality in Recommender Systems",
    speakers="Yves Raimond",
    affiliation="Netflix",
    accent=TEAL,
    voice="en-gb+m3",
    pace=156,
    pitch=42,
    opening=(
        "Time, context and causality in recommender systems.",
        "The talk begins with a short question: what makes a recommendation good?",
    ),
    slides=(
        Slide(
            "The usual answer",
            (
                Point(
                    "Predict: will this person interact?",
                    ("The usual answer is a prediction: will this person interact with this item?",),
                ),
                Point(
                    "Rank by that prediction",
                    ("Items are ranked by it, and the likeliest ones are shown first.",),
                ),
                Point("It works well, up to a point", ("That works well, and recent work has taken it a long way.",)),
            ),
            Bars(
                (("Item A", "likely", 0.92), ("Item B", "perhaps", 0.58), ("Item C", "unlikely", 0.22)),
                "Rank by the chance of an interaction (sketch)",
            ),
        ),
        Slide(
            "Time and context",
            (
                Point(
                    "What came before matters",
                    ("What somebody did last tells more than what they did last year, so order matters.",),
                ),
                Point(
                    "So do hour, day and device",
                    ("A short film on a phone in the morning, a long one on a sofa at night: context matters too.",),
                ),
                Point(
                    "Models learn from sequences",
                    ("So models learn from sequences of events, and not from heaps of them.",),
                ),
            ),
            Flow(("What you did", "in which order", "when, and where", "what comes next?")),
        ),
        Slide(
            "Where the view breaks",
            (
                Point(
                    "Offline and online results disagree",
                    ("A model can win on recorded data, and then lose when people use it.",),
                ),
                Point(
                    "Bias: data made by earlier choices",
                    ("One reason is bias: people can only choose from what an earlier model showed them.",),
                ),
                Point(
                    "Confounding: a common cause",
                    ("Another is confounding: one cause can stand behind both the showing and the watching.",),
                ),
            ),
            Loop(("The model ranks", "A person sees", "A person acts", "The data grow")),
        ),
        Slide(
            "A causal view",
            (
                Point(
                    "What does the recommendation change?",
                    ("A causal view asks another question: what does the recommendation itself change?",),
                ),
                Point(
                    "Compare: shown and not shown",
                    ("It compares what happens when an item is shown with what would have happened without.",),
                ),
                Point(
                    "What was found anyway adds little",
                    ("Showing what somebody would have found anyway adds little, however likely the click.",),
                ),
            ),
            Bars(
                (("Not shown", "found anyway", 0.62), ("Shown", "found", 0.8)),
                "The difference is what counts (sketch)",
            ),
        ),
        Slide(
            "To take away",
            (
                Point("Order and context carry meaning", ("Order and context carry meaning.",)),
                Point("Recorded data are not neutral", ("Recorded data are not neutral.",)),
                Point(
                    "Measure the change you cause",
                    ("And a good recommendation is one that changes something for the better.",),
                ),
            ),
            Flow(("Predict", "Question the data", "Ask what changes")),
        ),
    ),
)

GPUS = Talk(
    slug="gpus-for-training",
    kicker="Plenary talk 2",
    title="Ins and Outs of Using GPUs for Training Recommendation Models",
    speakers="Bilge Acun",
    affiliation="Facebook AI Research",
    accent=TEAL,
    voice="en-us+f2",
    pace=158,
    pitch=52,
    opening=(
        "The ins and outs of using GPUs for training recommendation models.",
        "Recommendation models are not the easy case for GPUs, and this talk explains what to watch.",
    ),
    slides=(
        Slide(
            "Not the easy case",
            (
                Point(
                    "GPUs love large, regular arithmetic",
                    ("A GPU is fastest when it does the same large, regular arithmetic again and again.",),
                ),
                Point(
                    "Lookups are small and scattered", ("Looking up rows in tables is small, scattered work instead.",)
                ),
                Point(
                    "Faster training is not a given",
                    ("So it is not a given that training gets faster at all.",),
                ),
            ),
            Network("dense features", "sparse features", "one prediction"),
        ),
        Slide(
            "Batch size",
            (
                Point("Small batches leave a GPU idle", ("A small batch leaves most of a GPU idle.",)),
                Point(
                    "Large ones fill it",
                    ("A larger batch fills it, and the rate of training climbs, until it levels off.",),
                ),
                Point(
                    "But accuracy has a say",
                    ("But the largest batch is not always the best one: accuracy has a say as well.",),
                ),
            ),
            Curve(
                "batch size",
                "examples per second",
                ((0.02, 0.06), (0.12, 0.34), (0.25, 0.56), (0.4, 0.71), (0.6, 0.81), (0.8, 0.86), (1.0, 0.88)),
                (0.4, 0.71),
                "filled (sketch)",
                "below",
            ),
        ),
        Slide(
            "Dense and sparse",
            (
                Point("Many dense features: a good fit", ("A model with much dense work suits a GPU well.",)),
                Point(
                    "Many sparse ones: bound by memory",
                    ("A model with many sparse features waits for memory and for the network.",),
                ),
                Point(
                    "Know the mix before buying",
                    ("Two models of the same size can therefore behave quite differently.",),
                ),
            ),
            Bars(
                (
                    ("Mostly dense", "gains much", 0.94),
                    ("Mixed", "it depends", 0.56),
                    ("Mostly sparse", "gains little", 0.26),
                ),
                "What a GPU may gain (sketch)",
            ),
        ),
        Slide(
            "Tables larger than a GPU",
            (
                Point(
                    "Embedding tables outgrow GPU memory",
                    ("Embedding tables can be larger than the memory of a GPU.",),
                ),
                Point(
                    "Split them, or keep them outside",
                    ("They can be split over several GPUs, or kept in the memory of the host, or both.",),
                ),
                Point(
                    "Each place has its price",
                    ("Each choice trades room against the time that the data spend on the way.",),
                ),
            ),
            Layers(
                (
                    ("GPU memory", "fast, small", 0.5),
                    ("Host memory", "slower, larger", 0.75),
                    ("Other machines", "far, larger still", 1.0),
                ),
                "Where may a table live?",
            ),
        ),
        Slide(
            "What to watch",
            (
                Point("The batch size", ("Watch the batch size,",)),
                Point("The mix of dense and sparse features", ("watch the mix of dense and sparse features,",)),
                Point(
                    "The size of the tables",
                    ("and watch the size of the tables.", "Together they decide whether a GPU pays."),
                ),
            ),
            Flow(("Measure the model", "Place the tables", "Choose the batch", "Measure again")),
        ),
    ),
)

SSDS = Talk(
    slug="gpus-and-ssds",
    kicker="Plenary talk 3",
    title="Training Massive Scale Deep Learning Ads Systems with GPUs and SSDs",
    speakers="Weijie Zhao",
    affiliation="Baidu Research USA",
    accent=TEAL,
    voice="en-us+m1",
    pace=156,
    pitch=46,
    opening=(
        "Training massive scale deep learning ads systems with GPUs and SSDs.",
        "How can a model be trained that does not fit into the memory of its machines?",
    ),
    slides=(
        Slide(
            "How large is an ads model?",
            (
                Point(
                    "More than 10¹¹ sparse features",
                    ("Ads models can have more than ten to the eleven, that is, one hundred billion sparse features.",),
                ),
                Point("About 10 TB of parameters", ("Their parameters take about ten terabytes.",)),
                Point("Far more than the GPUs can hold", ("That is far more than the memory of a few GPUs.",)),
            ),
            Bars(
                (("Parameters of the model", "10 TB", 1.0), ("Memory of one GPU", "a few dozen GB", 0.0032)),
                "Drawn to scale, the second bar is hardly there",
            ),
        ),
        Slide(
            "Each example touches little",
            (
                Point(
                    "Sparse: nearly all features are zero",
                    ("In each example nearly all features are zero.",),
                ),
                Point(
                    "A batch needs a small working set",
                    ("So a batch needs only a small part of the parameters, its working set.",),
                ),
                Point(
                    "Bring that part close in time",
                    ("What matters is to have that part close by when it is needed.",),
                ),
            ),
            Flow(("Read a batch", "Find the rows it needs", "Bring them to the GPUs", "Train, and write back")),
        ),
        Slide(
            "A parameter server in three layers",
            (
                Point("GPU memory: the working set", ("The first layer is GPU memory, which holds the working set.",)),
                Point(
                    "Main memory: what is used often", ("The second is main memory, between the GPUs and the storage.",)
                ),
                Point(
                    "SSD: everything",
                    ("The third is the SSD, which has room for all.", "All training stays on the GPUs."),
                ),
            ),
            Layers(
                (
                    ("GPU memory", "trains", 0.42),
                    ("Main memory", "caches", 0.68),
                    ("SSD", "keeps everything", 1.0),
                ),
                "Faster above, larger below",
            ),
        ),
        Slide(
            "What it brings",
            (
                Point(
                    "4 nodes against 150",
                    ("Four such nodes were compared with an in-memory cluster of one hundred and fifty.",),
                ),
                Point("More than twice as fast", ("The four train more than twice as fast.",)),
                Point(
                    "4 to 9 times the performance for the price",
                    ("And they are four to nine times better in performance for the price.",),
                ),
            ),
            Bars(
                (("In-memory cluster", "150 nodes", 1.0), ("GPUs, memory and SSDs", "4 nodes", 4 / 150)),
                "Machines used",
            ),
        ),
        Slide(
            "To take away",
            (
                Point("Sparse models are large and local", ("Sparse models are large, but each step is local.",)),
                Point("A hierarchy hides the distance", ("A hierarchy of memories makes use of that.",)),
                Point(
                    "Fewer machines can be faster",
                    ("And a few well-fed machines can outrun a large cluster.",),
                ),
            ),
            Flow(("Large model", "Small working set", "Layers of memory", "Few nodes")),
        ),
    ),
)

MIXED = Talk(
    slug="mixed-dimension-embedding",
    kicker="Paper 1",
    title="Mixed Dimension Embedding with Application to Memory-Efficient Recommendation Systems",
    speakers="Tony Ginart",
    affiliation="Stanford University",
    accent=PLUM,
    voice="en-us+m4",
    pace=160,
    pitch=50,
    opening=(
        "Mixed dimension embedding, with application to memory-efficient recommendation systems.",
        "The subject is how wide a row of an embedding table should be.",
    ),
    slides=(
        Slide(
            "Tables take the memory",
            (
                Point("One row for every item", ("An embedding table has one row for every item.",)),
                Point("Every row equally wide", ("Usually every row is equally wide, popular or not.",)),
                Point(
                    "Memory = rows × width",
                    ("The memory is the number of rows, times the width: with many items, that is a lot.",),
                ),
            ),
            Layers(
                (("popular", "64 wide", 1.0), ("less popular", "64 wide", 1.0), ("rare", "64 wide", 1.0)),
                "The same width for all (an example)",
            ),
        ),
        Slide(
            "Popular and rare",
            (
                Point("A few items are seen all the time", ("A few items are seen all the time.",)),
                Point("Very many are hardly ever seen", ("Very many are hardly ever seen: a long tail.",)),
                Point(
                    "Rare items teach little",
                    ("A rare item has few examples to learn from, so a wide row for it is mostly wasted.",),
                ),
            ),
            Curve(
                "items, most popular first",
                "how often seen",
                ((0.0, 1.0), (0.05, 0.66), (0.12, 0.42), (0.22, 0.27), (0.38, 0.17), (0.6, 0.11), (1.0, 0.07)),
                (0.6, 0.11),
                "the long tail (sketch)",
                "above",
            ),
        ),
        Slide(
            "Mixed dimensions",
            (
                Point("Group the items by popularity", ("So the items are put into groups by how popular they are.",)),
                Point("Wide rows for popular ones", ("Popular groups get wide rows, and rare ones get narrow rows.",)),
                Point(
                    "A projection makes them equal again",
                    ("A small matrix for each group then brings its rows to the same width for the model.",),
                ),
            ),
            Layers(
                (("popular", "64 wide", 1.0), ("less popular", "16 wide", 0.5), ("rare", "4 wide", 0.26)),
                "Width by popularity (an example)",
            ),
        ),
        Slide(
            "What to weigh",
            (
                Point("Memory against quality", ("The question is how much memory to give up for how much quality.",)),
                Point("How many groups", ("One may choose how many groups there are,",)),
                Point(
                    "How fast the width falls",
                    ("and how fast the width falls from the popular to the rare.",),
                ),
            ),
            Flow(("Count how often items occur", "Form groups", "Choose each width", "Train, and compare")),
        ),
        Slide(
            "Questions welcome",
            (
                Point("Rows need not be equally wide", ("In short: the rows of a table need not be equally wide.",)),
                Point("Give width where there are data", ("Give width where there are data to fill it.",)),
                Point(
                    "Ask now, or in the Q&A session",
                    ("Ask your question now: it is taken to the research session.",),
                ),
            ),
            Flow(("Ask while you watch", "A chair reads it", "Answered live or in writing")),
        ),
    ),
)

DEEPRECSYS = Talk(
    slug="deeprecsys-tutorial",
    kicker="Paper 2",
    title="A Hands On Tutorial Using DeepRecSys to Optimize At-Scale Neural Recommendation Inference",
    speakers="Udit Gupta and Samuel Hsia",
    affiliation="Harvard University · Facebook AI Research",
    accent=PLUM,
    voice="en-us+m7",
    pace=160,
    pitch=44,
    opening=(
        "A hands-on tutorial: using DeepRecSys to optimize at-scale neural recommendation inference.",
        "Training makes a model; inference uses it, for everyone, all day long.",
    ),
    slides=(
        Slide(
            "Inference at scale",
            (
                Point(
                    "Every visit is a ranking query",
                    ("Every visit to a page is a query: rank these items for this person.",),
                ),
                Point(
                    "Answers are due in milliseconds", ("The answer is due within milliseconds, or the page is slow.",)
                ),
                Point(
                    "Many queries per machine",
                    ("The aim is to serve as many queries as possible on each machine, still in time.",),
                ),
            ),
            Flow(("A person opens a page", "A query with candidates", "The model scores them", "The best are shown")),
        ),
        Slide(
            "No two queries alike",
            (
                Point(
                    "Some rank few items, some very many", ("Some queries rank few items, and some rank very many.",)
                ),
                Point("Models differ too", ("Models differ as well: some wait for memory, others for arithmetic.",)),
                Point(
                    "So no setting fits all",
                    ("So there is no one setting that fits every model and every machine.",),
                ),
            ),
            Curve(
                "items in a query",
                "how many such queries",
                ((0.0, 0.28), (0.06, 0.72), (0.13, 0.94), (0.24, 0.68), (0.38, 0.4), (0.6, 0.2), (1.0, 0.1)),
                (0.6, 0.2),
                "few, but costly (sketch)",
                "above",
            ),
        ),
        Slide(
            "Two choices to tune",
            (
                Point(
                    "How to split a query over cores",
                    ("The first choice is the batch size: into how many parts to split a query over the cores.",),
                ),
                Point(
                    "Which queries an accelerator gets",
                    ("The second is which queries go to an accelerator, if there is one.",),
                ),
                Point(
                    "Large ones gain the most there",
                    ("The large ones gain the most there, and leave the cores to the small.",),
                ),
            ),
            Layers(
                (
                    ("Small queries", "one core", 0.42),
                    ("Middle ones", "split over cores", 0.7),
                    ("Large ones", "accelerator", 1.0),
                ),
                "Where a query goes",
            ),
        ),
        Slide(
            "Mind the slow few",
            (
                Point(
                    "The average hides the slowest", ("An average hides the slowest answers, and people notice those.",)
                ),
                Point(
                    "So set a target for the tail",
                    ("So a target is set for the tail: nearly all answers must be in time.",),
                ),
                Point(
                    "Climb until it is just met",
                    ("Then one raises the load step by step, as long as the target is met.",),
                ),
            ),
            Curve(
                "queries per second",
                "slowest answers",
                ((0.0, 0.1), (0.3, 0.13), (0.5, 0.18), (0.65, 0.27), (0.78, 0.43), (0.88, 0.66), (0.95, 0.95)),
                (0.78, 0.43),
                "the target (sketch)",
                "left",
            ),
        ),
        Slide(
            "Hands on",
            (
                Point("Pick a model and a machine", ("To try it: pick a model and a machine,",)),
                Point(
                    "Send queries as they come in practice",
                    ("send it queries of all sizes, as they come in practice,",),
                ),
                Point(
                    "Tune, and measure the tail",
                    ("tune the two choices, and measure the tail again.", "Questions are welcome, now or live."),
                ),
            ),
            Flow(("Choose a model", "Replay queries", "Tune the scheduler", "Measure the tail")),
        ),
    ),
)

COMPOSITIONAL = Talk(
    slug="compositional-embeddings",
    kicker="Paper 3",
    title="Compositional Embeddings Using Complementary Partitions for Memory-Efficient Recommendation Systems",
    speakers="Hao-Jun Michael Shi",
    affiliation="Northwestern University",
    accent=PLUM,
    voice="en-gb+m5",
    pace=158,
    pitch=40,
    opening=(
        "Compositional embeddings using complementary partitions, for memory-efficient recommendation systems.",
        "Can a table be made much smaller, with a vector of its own for every category?",
    ),
    slides=(
        Slide(
            "One row for each category",
            (
                Point(
                    "A million categories, a million rows",
                    ("A feature with a million categories needs a table of a million rows.",),
                ),
                Point(
                    "Most of a model is tables", ("In many recommendation models such tables are most of the model.",)
                ),
                Point(
                    "They must be kept, moved and trained",
                    ("All those rows have to be kept, moved and trained.",),
                ),
            ),
            Bars(
                (("Tables", "most of the model", 1.0), ("All other layers", "little", 0.07)),
                "Where the parameters are (sketch)",
            ),
        ),
        Slide(
            "Hashing: small, but blurred",
            (
                Point("Fewer rows, shared by categories", ("With hashing, several categories share one row.",)),
                Point("The table gets small", ("That makes a table as small as one likes.",)),
                Point(
                    "Whoever shares cannot be told apart",
                    ("But two categories that share a row can no longer be told apart.",),
                ),
            ),
            Meeting("category 17", "category 1,017", "row 17", "Two categories, one row (an example)"),
        ),
        Slide(
            "Quotient and remainder",
            (
                Point("Divide the number of a category", ("Divide the number of a category by one thousand.",)),
                Point(
                    "Quotient and remainder pick two rows",
                    ("The quotient picks a row of one table, the remainder a row of another.",),
                ),
                Point(
                    "2,000 rows instead of 1,000,000",
                    ("Two tables of a thousand rows serve a million categories, and each pair occurs just once.",),
                ),
            ),
            Pair("category 482,017", "row 482", "row 17", "its own vector"),
        ),
        Slide(
            "Complementary partitions",
            (
                Point(
                    "Any partitions will do, if together they separate",
                    ("It works with other ways of sorting categories into groups, too.",),
                ),
                Point(
                    "Two categories differ in at least one",
                    ("Any two categories must only be apart in at least one of them.",),
                ),
                Point(
                    "Join the rows: add, multiply, append",
                    ("The rows are then joined: added, multiplied, or put side by side.",),
                ),
            ),
            Layers(
                (
                    ("by quotient", "1,000 groups", 0.6),
                    ("by remainder", "1,000 groups", 0.6),
                    ("together", "1,000,000 pairs", 1.0),
                ),
                "Two sortings that complete each other",
            ),
        ),
        Slide(
            "Questions welcome",
            (
                Point("Small tables, distinct vectors", ("In short: small tables can still give distinct vectors.",)),
                Point(
                    "Partitions may carry meaning",
                    ("And the groups may be chosen to carry a meaning, such as the kind of a film.",),
                ),
                Point(
                    "Ask now, or in the Q&A session",
                    ("Ask your question now: it is taken to the research session.",),
                ),
            ),
            Flow(("Ask while you watch", "A chair reads it", "Answered live or in writing")),
        ),
    ),
)

TALKS = (INTRODUCTION, CAUSALITY, GPUS, SSDS, MIXED, DEEPRECSYS, COMPOSITIONAL)

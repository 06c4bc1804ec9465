public import ReleaseModel

/// One step of a release: who is let in, how far, how long, watched by what.
///
/// A stage adds to what is open: cohorts that an earlier stage opened stay open as they are. What a stage leaves out of
/// ``level``, ``audience``, ``setWeight``, ``caps``, ``companions``, ``analysis`` and ``strata`` it takes over from the
/// stage before, so that nothing widens by being forgotten; the normal form writes it out.
public struct Stage: Hashable, Sendable {
    /// What it is called.
    public let name: Name
    /// How far the release goes at the most.
    public let level: ReleaseLevel
    /// Who answers for the stage; nil is the plan's owner.
    public let owner: Name?
    /// Who is let in.
    public let audience: StageAudience
    /// Which share of the audience is served by the candidate; the others get the baseline.
    public let setWeight: Share
    /// How much everybody may use.
    public let caps: StageCaps
    /// What else is given away when the stage opens.
    public let components: [StageComponent]
    /// Evidence that must be there before the stage opens, and as long as it runs.
    public let gates: [Gate]
    /// The people who open it; nil leaves it to the rules, inside the plan that people approved.
    public let requiresApproval: ApprovalRequirement?
    /// Controls that must be up; while one is not, the stage holds.
    public let companions: [Companion]
    /// What is watched, and from how much use on.
    public let analysis: Analysis
    /// What becomes of the evidence of the stage before.
    public let evidence: StageEvidence
    /// Parts of the public that must be seen enough of.
    public let strata: [Stratum]
    /// How much exposure there may be; nil leaves it to the weight and the caps.
    public let exposureBudget: ExposureBudget?
    /// How long it lasts.
    public let bake: Bake?
    /// How long it is watched for drift after nothing more is opened; nil if another stage follows.
    public let watch: Watch?

    /// A stage with all its fields. What is left out is what the first stage of a document means that leaves it out.
    public init(
        name: Name, level: ReleaseLevel = .gradual, owner: Name? = nil, audience: StageAudience,
        setWeight: Share = .everybody, caps: StageCaps = StageCaps(), components: [StageComponent] = [],
        gates: [Gate] = [], requiresApproval: ApprovalRequirement? = nil, companions: [Companion] = [],
        analysis: Analysis = Analysis(), evidence: StageEvidence = StageEvidence(), strata: [Stratum] = [],
        exposureBudget: ExposureBudget? = nil, bake: Bake? = nil, watch: Watch? = nil
    ) {
        self.name = name
        self.level = level
        self.owner = owner
        self.audience = audience
        self.setWeight = setWeight
        self.caps = caps
        self.components = components
        self.gates = gates
        self.requiresApproval = requiresApproval
        self.companions = companions
        self.analysis = analysis
        self.evidence = evidence
        self.strata = strata
        self.exposureBudget = exposureBudget
        self.bake = bake
        self.watch = watch
    }
}

extension Stage {
    /// What a stage takes over from the one before if it does not say it.
    static let inherited = ["level", "audience", "setWeight", "caps", "companions", "analysis", "strata"]

    static let form = Form<Self>.object(
        Self.init,
        Field("name", \.name, .name),
        Field("level", \.level, .word(), default: .gradual, opens: .exposure(.raised)),
        Field("owner", \.owner, optional: .name, opens: .neutral),
        Field("audience", \.audience, StageAudience.form),
        Field("setWeight", \.setWeight, .percent, default: .everybody, opens: .exposure(.raised)),
        Field("caps", \.caps, StageCaps.form, default: StageCaps()),
        Field(
            "components", \.components, .list(of: StageComponent.form), default: [], opens: .exposure(.raised)),
        Field("gates", \.gates, .list(of: Gate.form, toldApartBy: "evidence"), default: [], opens: .bound(.lowered)),
        Field(
            "requiresApproval", \.requiresApproval, optional: ApprovalRequirement.form, opens: .bound(.lowered)),
        Field(
            "companions", \.companions, .list(of: Companion.form, toldApartBy: "control"), default: [],
            opens: .bound(.lowered)),
        Field("analysis", \.analysis, Analysis.form, default: Analysis()),
        Field("evidence", \.evidence, StageEvidence.form, default: StageEvidence()),
        Field(
            "strata", \.strata, .list(of: Stratum.form, toldApartBy: "dimension"), default: [],
            opens: .bound(.lowered)),
        Field(
            "exposureBudget", \.exposureBudget, optional: ExposureBudget.form, opens: .exposure(.lowered)),
        Field("bake", \.bake, optional: Bake.form, opens: .bound(.lowered)),
        Field("watch", \.watch, optional: Watch.form, opens: .bound(.lowered)))
}

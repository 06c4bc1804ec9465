public import HashTreeCollections
public import ReleaseModel

/// Everything that was decided, as it stands: the fold of the control log.
///
/// An immutable value over persistent maps: a copy costs nothing, so the gateway reads one while the control plane
/// makes the next. ``decide(_:by:at:using:)`` turns a command into events, ``apply(_:)`` folds one in; there is no
/// third way to change it.
public struct Registry: Hashable, Sendable {
    /// How many entries were folded; the generation of everything derived from this value.
    public internal(set) var generation: UInt64 = 0

    /// Every model.
    public internal(set) var models: TreeDictionary<ModelID, Model> = [:]
    /// Every version of every model.
    public internal(set) var versions: TreeDictionary<VersionID, Version> = [:]
    /// Every component of every version.
    public internal(set) var components: TreeDictionary<ComponentID, Component> = [:]
    /// When each component was registered.
    public internal(set) var registered: TreeDictionary<ComponentID, Timestamp> = [:]
    /// Which version a model's name resolves to.
    public internal(set) var current: TreeDictionary<ModelID, VersionID> = [:]
    /// Every version that was current at some time, and since when it may serve: two people let it out. A grant that
    /// lists no versions means these.
    public internal(set) var served: TreeDictionary<VersionID, Timestamp> = [:]
    /// Models that are closed to everybody, and why.
    public internal(set) var held: TreeDictionary<ModelID, String> = [:]
    /// Every organisation.
    public internal(set) var organisations: TreeDictionary<OrganisationID, Organisation> = [:]
    /// Every application.
    public internal(set) var applications: TreeDictionary<ApplicationID, Application> = [:]
    /// Everybody who was not erased.
    public internal(set) var people: TreeDictionary<PersonID, Person> = [:]
    /// The waiting lists, by application and model.
    public internal(set) var enrolments: TreeDictionary<ApplicationID, TreeDictionary<ModelID, Enrolment>> = [:]
    /// When enrolment was open, by model; the last time at the end.
    public internal(set) var enrolmentPeriods: TreeDictionary<ModelID, [EnrolmentPeriod]> = [:]
    /// Every grant, revoked ones too.
    public internal(set) var grants: TreeDictionary<GrantID, Grant> = [:]
    /// Keys that open something. A revoked key is gone from here, so that it is answered like one that never was.
    public internal(set) var keys: TreeDictionary<KeyID, Key> = [:]
    /// Every key identifier that was ever registered: none is registered twice.
    public internal(set) var usedKeys: TreeSet<KeyID> = []
    /// Every version of terms.
    public internal(set) var terms: TreeDictionary<TermsID, Terms> = [:]
    /// What was accepted, by application and terms.
    public internal(set) var acceptances: TreeDictionary<ApplicationID, TreeDictionary<TermsID, Acceptance>> = [:]
    /// Every piece of evidence about a version, refused and withdrawn ones too.
    public internal(set) var evidence: TreeDictionary<EvidenceID, Evidence> = [:]
    /// Proposals that wait.
    public internal(set) var proposals: TreeDictionary<ProposalID, Proposal> = [:]

    // Indexes, folded beside what they index.
    var modelsByName: TreeDictionary<Name, ModelID> = [:]
    var versionsByName: TreeDictionary<Name, VersionID> = [:]
    var evidenceByVersion: TreeDictionary<VersionID, [EvidenceID]> = [:]
    var grantsBySubject: TreeDictionary<GrantSubject, [GrantID]> = [:]
    /// Keys in force by their identifier and digest together: a wrong secret is as absent as a key that never was.
    var keysAsShown: TreeDictionary<PresentedKey, KeyID> = [:]

    /// The state before anything was decided.
    public init() {}

    /// The model of this name.
    public func model(named name: Name) -> Model? {
        self.modelsByName[name].flatMap { self.models[$0] }
    }

    /// The version of this name; names of versions are unique among all models.
    public func version(named name: Name) -> Version? {
        self.versionsByName[name].flatMap { self.versions[$0] }
    }

    /// The key in force that was shown. Nothing is found for another secret, so that no part of one is ever compared
    /// with what is kept, and an unknown, a wrong and a revoked key take the same way.
    func key(shown presented: PresentedKey) -> Key? {
        self.keysAsShown[presented].flatMap { self.keys[$0] }
    }

    /// All grants, revoked ones too, that a subject holds.
    public func grants(of subject: GrantSubject) -> [Grant] {
        (self.grantsBySubject[subject] ?? []).compactMap { self.grants[$0] }
    }

    /// Those of them that are to one model.
    func grants(of subject: GrantSubject, to model: ModelID) -> [Grant] {
        var grants: [Grant] = []
        for id in self.grantsBySubject[subject] ?? [] {
            if let grant = self.grants[id], grant.content.model == model { grants.append(grant) }
        }
        return grants
    }

    /// The roles of a person; none for somebody who is not there any more.
    public func roles(of person: PersonID) -> [Role] {
        self.people[person]?.roles ?? []
    }
}

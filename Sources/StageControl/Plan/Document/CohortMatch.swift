public import ReleaseModel

/// What a grant must say for its application to belong to a cohort.
///
/// Of every attribute that lists something, the grant must have one of the listed values; an attribute that lists
/// nothing asks for nothing. So a match without attributes is everybody.
public struct CohortMatch: Hashable, Sendable {
    /// What the access is for.
    public let intent: [Intent]
    /// Which circle the grant belongs to.
    public let population: [Population]
    /// By which ways the model is used; one of the grant's ways must be listed.
    public let modality: [Modality]
    /// In front of whom.
    public let exposure: [Exposure]
    /// Rights beyond ordinary use; one of the grant's rights must be listed.
    public let entitlement: [EntitlementKind]
    /// Who stands behind the application.
    public let organisation: [OrganisationID]
    /// Regions; one of the grant's must be listed.
    public let region: [Name]
    /// Declared uses; one of the grant's must be listed.
    public let use: [Name]
    /// The filters that answers pass.
    public let filterProfile: [Name]

    /// A match with all its attributes; lists are put in order.
    public init(
        intent: [Intent] = [], population: [Population] = [], modality: [Modality] = [], exposure: [Exposure] = [],
        entitlement: [EntitlementKind] = [], organisation: [OrganisationID] = [], region: [Name] = [],
        use: [Name] = [], filterProfile: [Name] = []
    ) {
        self.intent = Intent.allCases.filter(intent.contains)
        self.population = Population.allCases.filter(population.contains)
        self.modality = Modality.allCases.filter(modality.contains)
        self.exposure = Exposure.allCases.filter(exposure.contains)
        self.entitlement = EntitlementKind.allCases.filter(entitlement.contains)
        self.organisation = organisation.sorted()
        self.region = region.sorted()
        self.use = use.sorted()
        self.filterProfile = filterProfile.sorted()
    }

    /// Whether nothing is asked for.
    public var isEverybody: Bool { self == CohortMatch() }
}

extension CohortMatch {
    static let form = Form<Self>.object(
        Self.init,
        Self.attribute("intent", \.intent, .word()),
        Self.attribute("population", \.population, .word()),
        Self.attribute("modality", \.modality, .word()),
        Self.attribute("exposure", \.exposure, .word()),
        Self.attribute("entitlement", \.entitlement, .word()),
        Self.attribute("organisation", \.organisation, .text("the identifier of an organisation (org_…)")),
        Self.attribute("region", \.region, .name),
        Self.attribute("use", \.use, .name),
        Self.attribute("filterProfile", \.filterProfile, .name))

    private static func attribute<Value: Sendable>(
        _ name: String, _ values: @escaping @Sendable (Self) -> [Value], _ form: Form<Value>
    ) -> Field<Self, [Value]> {
        // From none to one narrows, from one to two widens: no rule for both.
        Field(name, values, .list(of: form), default: [], opens: .exposure(.changed))
    }

    /// What each attribute asks for, as text; nil asks for nothing.
    var demands: [Set<String>?] {
        let lists: [[String]] = [
            self.intent.map(\.rawValue), self.population.map(\.rawValue), self.modality.map(\.rawValue),
            self.exposure.map(\.rawValue), self.entitlement.map(\.rawValue), self.organisation.map(\.description),
            self.region.map(\.text), self.use.map(\.text), self.filterProfile.map(\.text),
        ]
        return lists.map { $0.isEmpty ? nil : Set($0) }
    }
}

import ReleaseModel

/// What a cohort can ask of a caller. The raw value is the name in the document.
public enum CohortAttribute: String, CaseIterable, Hashable, Sendable {
    case intent, population, modality, exposure, entitlement, organisation, region, use, filterProfile
}

extension CohortMatch {
    /// Whether a caller has every attribute that is asked for.
    public func fits(_ caller: AudienceCaller) -> Bool {
        !Self.attributes.contains { !self.has($0, caller) }
    }

    /// The attributes that are asked for and that a caller does not have; none if the caller fits.
    public func missing(in caller: AudienceCaller) -> [CohortAttribute] {
        Self.attributes.filter { !self.has($0, caller) }
    }

    private static let attributes = CohortAttribute.allCases

    /// A grant that leaves regions, uses or the filter open names none of them, so it has none that is listed: a cohort
    /// for one region would otherwise let in who may call from everywhere.
    private func has(_ attribute: CohortAttribute, _ caller: AudienceCaller) -> Bool {
        let grant = caller.grant
        return switch attribute {
        case .intent: Self.holds(self.intent, grant?.intent)
        case .population: Self.holds(self.population, grant?.population)
        case .modality: Self.shares(self.modality, grant?.modalities)
        case .exposure: Self.holds(self.exposure, grant?.exposure)
        case .entitlement:
            self.entitlement.isEmpty
                || grant?.entitlements.contains { self.entitlement.contains($0.kind) } ?? false
        case .organisation: Self.holds(self.organisation, caller.organisation)
        case .region: Self.shares(self.region, grant?.regions)
        case .use: Self.shares(self.use, grant?.uses)
        case .filterProfile: Self.holds(self.filterProfile, grant?.filterProfile)
        }
    }

    private static func holds<Value: Equatable>(_ asked: [Value], _ value: Value?) -> Bool {
        asked.isEmpty || value.map(asked.contains) ?? false
    }

    private static func shares<Value: Equatable>(_ asked: [Value], _ values: [Value]?) -> Bool {
        asked.isEmpty || values?.contains(where: asked.contains) ?? false
    }
}

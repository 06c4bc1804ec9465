import ReleaseModel

/// That a version is at least at a level for a time, and why.
struct Opening: Sendable {
    let level: Level
    let span: Span
    /// Why, while it lasts.
    let reasons: [Reason]
    /// What begins it.
    let begins: [Reason]
    /// What ends it.
    let ends: [Reason]

    /// An opening with one reason, whose coming and going are its beginning and end.
    init(_ level: Level, _ span: Span, _ reason: Reason) {
        self.init(level, span, reasons: [reason], begins: [reason], ends: [reason])
    }

    init(_ level: Level, _ span: Span, reasons: [Reason], begins: [Reason], ends: [Reason]) {
        self.level = level
        self.span = span
        self.reasons = reasons
        self.begins = begins
        self.ends = ends
    }
}

extension ReleaseFacts {
    /// Everything that opens a version to anybody outside.
    func openings(of version: Version) -> [Opening] {
        let doors = self.enrolmentOpen
        return self.grants.flatMap { self.openings(of: version, by: $0, doors) } + self.openings(ofWeightsOf: version)
            + self.openScience(of: version) + self.openings(byStagesOf: version)
    }

    /// From when until before when a grant reaches a version, if ever.
    private func span(of grant: Grant, to version: Version) -> Span? {
        let content = grant.content
        guard content.model == version.model, content.population != .internal else { return nil }
        var from = grant.begins
        if let versions = content.versions {
            guard versions.contains(version.id) else { return nil }
        } else {
            // A grant that lists no versions reaches those that were once made current.
            guard let served = self.served[version.id] else { return nil }
            from = max(from, served)
        }
        return Span(from: from, until: grant.ends)
    }

    /// What stages of rollouts open: as long as both the stage and the grant are in force.
    private func openings(byStagesOf version: Version) -> [Opening] {
        guard !self.stagings.isEmpty else { return [] }
        let grants = Dictionary(self.grants.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return self.stagings.filter { $0.version == version.id }.compactMap { staged in
            guard let grant = grants[staged.grant], grant.content.population != .internal,
                grant.content.model == version.model, let own = Span(from: grant.begins, until: grant.ends),
                let open = Span(from: staged.from, until: staged.until), let both = own.intersection(open)
            else { return nil }
            let (stage, right) = (Reason.stage(staged.rollout, staged.stage), Reason.grant(grant.id))
            return Opening(
                .gradual, both, reasons: [stage, right],
                begins: (both.from == open.from ? [stage] : []) + (both.from == own.from ? [right] : []),
                ends: (both.until == open.until ? [stage] : []) + (both.until == own.until ? [right] : []))
        }
    }

    private func openings(of version: Version, by grant: Grant, _ doors: [OpenDoor]) -> [Opening] {
        guard let span = self.span(of: grant, to: version) else { return [] }
        let reason = Reason.grant(grant.id)
        return grant.content.modalities.flatMap { modality -> [Opening] in
            switch modality {
            case .weights:
                let copies = span.until.map { Opening(.downloadable, Span(from: $0), .copies(grant.id)) }
                return [Opening(.downloadable, span, reason), copies].compactMap(\.self)
            case .hosted, .api, .finetune:
                let level = modality == .hosted ? Level.hosted : .cloudAPI
                let open = grant.content.population == .everyone ? doors : []
                return [Opening(.gradual, span, reason)]
                    + open.compactMap { $0.opening(level, with: span, of: reason) }
            }
        }
    }

    private func openings(ofWeightsOf version: Version) -> [Opening] {
        self.components.compactMap { record in
            guard record.component.version == version.id, record.component.kind.isWeights,
                record.component.audience != .internal, let since = record.givenSince
            else {
                return nil
            }
            return Opening(.downloadable, Span(from: since), .component(record.component.id))
        }
    }

    /// The one moment, if there is one, since when the public has all of Class I: components are not taken back.
    private func openScience(of version: Version) -> [Opening] {
        let records = self.components.filter { $0.component.version == version.id }
        let moments = Set(records.compactMap(\.givenSince)).sorted()
        let first = moments.first { moment in
            ModelOpenness(of: records, to: .public, at: moment).openness == .openScience
        }
        return first.map { [Opening(.fullyOpen, Span(from: $0), .openScience(version.id))] } ?? []
    }
}

extension Grant {
    /// From when it is in force.
    fileprivate var begins: Timestamp { max(self.issued, self.content.opens ?? self.issued) }

    /// Until before when; nil is without end.
    fileprivate var ends: Timestamp? { [self.content.expires, self.revoked].compactMap(\.self).min() }
}

extension ComponentKind {
    /// Whether who has it has the model's weights. A checkpoint from before the end of training is not the model, but
    /// near enough to it that a level must not say otherwise.
    fileprivate var isWeights: Bool { self == .modelParametersFinal || self == .modelParametersIntermediate }
}

import AccessPolicy
import Gradient
import HashTreeCollections
import ReleaseModel
import StageControl

extension ReleaseFacts {
    /// What the control log says of a version: its grants, its components, and what stages of its rollouts opened.
    ///
    /// A fold of the log and of nothing else, so the levels that follow are the same whoever derives them, and when.
    init(of version: Version, in registry: Registry, _ book: RolloutBook) {
        let grants = registry.grants.values.filter { $0.content.model == version.model }
        let components = registry.components.values.filter { $0.version == version.id }
        self.init(
            versions: [version], served: registry.served[version.id].map { [version.id: $0] } ?? [:],
            components: components.compactMap { component in
                registry.registered[component.id].map { ComponentRecord(component, registered: $0) }
            }, grants: grants, enrolment: Self.enrolment(for: version.model, registry),
            stagings: book.pages.values.filter { $0.rollout.spec.candidate == version.name }
                .flatMap { Self.stagings($0, of: version, grants, registry) })
    }

    /// When anybody could come in by asking: as long as nobody closed it, and the grant that it goes by lasts.
    private static func enrolment(for model: ModelID, _ registry: Registry) -> [EnrolmentChange] {
        (registry.enrolmentPeriods[model] ?? []).flatMap { period in
            let ends = [period.closed, registry.grants[period.grant]?.content.expires].compactMap(\.self).min()
            return [EnrolmentChange(.open, from: period.opened)]
                + [ends.map { EnrolmentChange(.closed, from: $0) }].compactMap(\.self)
        }
    }

    private static func stagings(
        _ page: RolloutBook.Page, of version: Version, _ grants: [Grant], _ registry: Registry
    ) -> [StagedAccess] {
        page.stagings.flatMap { staging in
            grants.filter { $0.mayReach(staging.cohorts, of: page.rollout.spec, registry) }.map { grant in
                StagedAccess(
                    version: version.id, grant: grant.id, rollout: page.rollout.id, stage: staging.stage,
                    from: staging.from, until: staging.until)
            }
        }
    }
}

extension Grant {
    /// Whether somebody may use a candidate under the grant while these cohorts are open.
    ///
    /// An application belongs to the first cohort that it fits. Where chance decides, it may belong to it or not.
    fileprivate func mayReach(_ open: [Name], of spec: ReleasePlan.Spec, _ registry: Registry) -> Bool {
        guard self.content.modalities.contains(where: { $0 != .weights }),
            self.content.versions == nil || spec.names(self.content.versions ?? [], registry)
        else { return false }
        for cohort in spec.cohorts {
            let belonging = self.belonging(to: cohort, registry)
            if belonging != .never, open.contains(cohort.name) { return true }
            if belonging == .surely { return false }
        }
        return false
    }

    private enum Belonging {
        case surely, perhaps, never
    }

    private func belonging(to cohort: Cohort, _ registry: Registry) -> Belonging {
        switch cohort.membership {
        case .match(let match):
            return match.fits(self.asker(registry)) ? .surely : .never
        case .applications(let listed):
            switch self.content.subject {
            case .application(let id): return listed.contains(id) ? .surely : .never
            case .organisation(let id):
                return listed.contains { registry.applications[$0]?.organisation == id } ? .perhaps : .never
            }
        case .percentage(let share): return share.millionths > 0 ? .perhaps : .never
        case .lottery: return .perhaps
        }
    }

    /// Whoever asks under the grant; of an organisation's applications each is like the other.
    private func asker(_ registry: Registry) -> AudienceCaller {
        switch self.content.subject {
        case .application(let id):
            AudienceCaller(
                application: id, organisation: registry.applications[id]?.organisation, grant: self.content)
        case .organisation(let id):
            AudienceCaller(application: ApplicationID(bits: 0), organisation: id, grant: self.content)
        }
    }
}

extension ReleasePlan.Spec {
    /// Whether the candidate is one of these versions.
    fileprivate func names(_ versions: [VersionID], _ registry: Registry) -> Bool {
        registry.version(named: self.candidate).map { versions.contains($0.id) } ?? false
    }
}

public import ArgumentParser
public import StageControl

// How templates are named on a command line.
extension PlanTemplate: ExpressibleByArgument {}

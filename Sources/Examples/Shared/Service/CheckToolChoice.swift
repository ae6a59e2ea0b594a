package import ArgumentParser
import Foundation
package import NPUTestKit
package import ToolSupport

/// Which checks of a suite run, and how.
package struct CheckToolChoice: ParsableArguments {
  @Flag(help: "List the checks and what they require, and exit.")
  package var list = false
  @Option(help: ArgumentHelp("Run only these checks: identifiers, separated by commas.", valueName: "ids"))
  package var only: String?
  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("Run only checks with one of these tags, separated by commas.", valueName: "tags"))
  package var tags: String?
  @Option(help: ArgumentHelp("Leave out these checks: identifiers or tags, separated by commas.", valueName: "names"))
  package var skip: String?
  @Option(help: ArgumentHelp("How many checks run at the same time.", valueName: "count"))
  package var concurrency = 4
  @Option(help: ArgumentHelp("Time limit of one check.", valueName: "seconds"))
  package var checkTimeout = Seconds(120)

  package init() {}

  package func validate() throws {
    try ValidationError.unless("--check-timeout", checkTimeout.number, isAbove: 0, unit: "seconds")
    try ValidationError.unless("--concurrency", concurrency, isIn: 1...1024)
  }

  /// The suite with the checks that are wanted.
  package func chosen<Context>(of suite: CheckSuite<Context>) throws -> CheckSuite<Context> {
    let own = Set(suite.checks.map(\.id))
    if let stranger = names(only).first(where: { !own.contains($0) }) {
      throw ValidationError(
        "The suite \(suite.name) has no check called \"\(stranger)\"; it has "
          + suite.checks.map(\.id).joined(separator: ", ") + ".")
    }
    let suite = try suite.selecting(
      CheckSelection(only: names(only), tags: names(tags).map(CheckTag.init(rawValue:)), skip: names(skip)))
    guard !suite.checks.isEmpty else {
      throw ValidationError(
        "No check is left: the suite has none with the tags of --tag, or --skip takes away all that were chosen.")
    }
    return suite
  }

  /// Prints what the checks of a suite demand.
  ///
  /// - Throws: ``Failure`` if standard output cannot be written.
  package func show<Context>(_ suite: CheckSuite<Context>) throws {
    try Console.line(suite.checks.map(\.about.listing).joined(separator: "\n\n"))
  }

  package var limits: CheckLimits { CheckLimits(concurrency: concurrency, timeout: checkTimeout.duration) }

  private func names(_ list: String?) -> [String] {
    (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}

extension CheckToolChoice {
  /// Which flags of a tool that checks a service need or exclude which.
  package static let rules: [FlagRule] =
    ServiceOptions.rules + [
      .excludes(
        ServiceOptions.flags + ["--json", "--junit", "--markdown", "--concurrency", "--check-timeout"], ["--list"],
        "the list of checks is the same for every service, and plain text"),
      FlagRule(["--fresh-connections"]) { flag, _ in
        "\(flag) changes nothing: each exchange of a check has a connection of its own anyway; leave it out."
      },
      .filesApart(
        outputs: ["--junit", "--markdown"],
        inputs: ["--cacert", "--cert", "--key", "--english", "--chinese", "--mixed"]),
    ]
}

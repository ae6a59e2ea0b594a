internal import ArgumentParser

/// A time on a command line, in seconds.
package struct Seconds: ExpressibleByArgument {
  package let duration: Duration

  /// The same as a number, for the checks of ranges.
  package var number: Double { duration / .seconds(1) }

  /// Longer than any run, and far from what a duration cannot hold.
  private static let most = 1e9

  package init?(argument: String) {
    guard let seconds = Double(argument), seconds.magnitude <= Seconds.most else { return nil }
    duration = .seconds(seconds)
  }

  package init(_ seconds: Int) { duration = .seconds(seconds) }

  package var defaultValueDescription: String { "\(duration.components.seconds)" }
}

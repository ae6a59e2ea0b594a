import ArgumentParser

/// A time on a command line, in seconds.
struct Seconds: ExpressibleByArgument {
  let duration: Duration

  /// Longer than any run, and far from what a duration cannot hold.
  private static let most = 1e9

  init?(argument: String) {
    guard let seconds = Double(argument), seconds.magnitude <= Seconds.most else { return nil }
    duration = .seconds(seconds)
  }

  init(_ seconds: Int) { duration = .seconds(seconds) }

  var defaultValueDescription: String { "\(duration.components.seconds)" }
}

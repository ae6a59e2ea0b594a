/// Negative numbers as values of options.
///
/// The parser takes what begins with a dash for a flag, and would say that the value of the option before it is missing.
package enum NegativeNumbers {
  /// The arguments with each negative number joined to the option before it: `--seed=-5` for `--seed -5`.
  package static func joined(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var result: [String] = []
    for argument in arguments[..<end] {
      if isNegative(argument), let last = result.last, last.hasPrefix("--"), !last.contains("=") {
        result[result.count - 1] = last + "=" + argument
      } else {
        result.append(argument)
      }
    }
    return result + arguments[end...]
  }

  private static func isNegative(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), let next = argument.dropFirst().first else { return false }
    return next.isASCII && next.isNumber || next == "." || ["-inf", "-nan"].contains(argument.lowercased())
  }
}

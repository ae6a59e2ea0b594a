internal import ArgumentParser

/// Width and height on a command line, as in 512x768.
package struct PixelSize: ExpressibleByArgument, Sendable, CustomStringConvertible {
  package let width: Int
  package let height: Int

  /// The most pixels of a side that any of the tools asks for.
  private static let most = 65_536

  package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  package init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false)
    guard sides.count == 2, let width = Self.side(sides[0]), let height = Self.side(sides[1]) else { return nil }
    self.init(width: width, height: height)
  }

  package var description: String { "\(width)x\(height)" }
  package var defaultValueDescription: String { description }

  private static func side(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let side = Int(text),
      (1...most).contains(side)
    else { return nil }
    return side
  }

  /// Refuses a size one of whose sides lies outside a range.
  ///
  /// - Parameters:
  ///   - name: The option with its dashes.
  ///   - range: What both sides may be.
  /// - Throws: `ValidationError` with the option, the range and the size.
  package func check(_ name: String, sides range: ClosedRange<Int>) throws {
    guard range.contains(width), range.contains(height) else {
      throw ValidationError(
        "\(name) takes width and height from \(range.lowerBound) to \(range.upperBound), such as 512x512; found \(self)."
      )
    }
  }
}

/// A colour of test images, with the name that a response about the image should give it.
public struct TestColor: Sendable, Hashable {
  /// The name in English, in lower case.
  public let name: String
  /// Red, 0 to 255.
  public let red: UInt8
  /// Green, 0 to 255.
  public let green: UInt8
  /// Blue, 0 to 255.
  public let blue: UInt8

  /// Creates a colour.
  ///
  /// - Parameters:
  ///   - name: What people call it.
  ///   - red: Red.
  ///   - green: Green.
  ///   - blue: Blue.
  public init(name: String, red: UInt8, green: UInt8, blue: UInt8) {
    self.name = name
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Black.
  public static let black = TestColor(name: "black", red: 0, green: 0, blue: 0)
  /// White.
  public static let white = TestColor(name: "white", red: 255, green: 255, blue: 255)
  /// Gray, half way between black and white.
  public static let gray = TestColor(name: "gray", red: 128, green: 128, blue: 128)
  /// Red.
  public static let red = TestColor(name: "red", red: 220, green: 20, blue: 30)
  /// Green.
  public static let green = TestColor(name: "green", red: 20, green: 150, blue: 50)
  /// Blue.
  public static let blue = TestColor(name: "blue", red: 30, green: 70, blue: 220)
  /// Yellow.
  public static let yellow = TestColor(name: "yellow", red: 250, green: 220, blue: 20)
  /// Orange.
  public static let orange = TestColor(name: "orange", red: 245, green: 130, blue: 20)
  /// Purple.
  public static let purple = TestColor(name: "purple", red: 130, green: 40, blue: 170)

  /// Colours that nobody takes for one another, in the order in which the bars of a chart have them.
  public static let distinct: [TestColor] = [.blue, .orange, .green, .red, .purple, .gray]

  var samples: [UInt8] { [red, green, blue] }
}

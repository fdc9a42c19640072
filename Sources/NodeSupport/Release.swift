/// Which granary this is.
public enum Release {
  /// Its version; what it understands of others is in `Frame.versions`.
  public static let version = "0.2.0"
}

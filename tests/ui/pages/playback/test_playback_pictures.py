from laixi_transport.ui.export.picture_dialog import PictureDialog, image_of


def test_the_timeline_and_the_curve_over_the_way_leave_as_drawings(page, context, qtbot):
    context.actions["playback.save_timeline"].trigger()
    dialog = page.findChild(PictureDialog)
    whole = image_of(dialog._drawing, 1.0)
    assert whole.width() > page.timeline.width()
    assert whole.height() > page.timeline.height()
    dialog.reject()
    page.comparing.toggle_way()
    assert page._shown().other_curve() is page.comparing.chart
